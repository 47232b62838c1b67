import { type Platform, platformName, platformOf } from '../format/platform.ts'
import type { Project } from '../manifest/project.ts'
import type { KnownPlan } from '../package/package-plan.ts'
import { BuilderError } from './builder-error.ts'
import { buildGeneric } from './generic/build-generic.ts'
import { buildPython } from './python/build-python.ts'

export interface PlanOptions {
  readonly python?: PythonOptions
  /** The platform that the package is for; default: the one that it is made on. */
  readonly platform?: Platform
  /** What `{workenv}` means in the sources of a JSON manifest; default FLAVOR_WORKENV_BASE, else the current directory. */
  readonly workenvBase?: string
  /** The base of our cache. */
  readonly cacheDirectory: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly onStep?: (message: string) => void
}

/** How a Python project is packed. */
export interface PythonOptions {
  /** `uv:3.12`, a path, or `none`. */
  readonly interpreter?: string
  /** Choose anew and write flavor.lock, instead of using exactly what it says. */
  readonly updateLock?: boolean
}

/**
 * The plan of a package: which builder a project needs is known here alone.
 * @throws BuilderError OPTION_UNUSED, PLATFORM_PYTHON and what the builders throw
 */
export async function planProject(project: Project, options: PlanOptions): Promise<KnownPlan> {
  if (project.kind === 'generic') {
    refusePythonOptions(project, options.python ?? {})
    const workenvBase = options.workenvBase ?? options.environment.FLAVOR_WORKENV_BASE
    const plan = await buildGeneric(project, { directory: process.cwd(), ...(workenvBase ? { workenvBase } : {}) })
    return options.platform === undefined ? plan : { ...plan, platforms: [options.platform] }
  }
  refuseForeignPython(project, options.platform)
  const { interpreter, updateLock = false } = options.python ?? {}
  const { cacheDirectory, environment, onStep } = options
  return buildPython(project, {
    updateLock,
    cacheDirectory,
    environment,
    ...(interpreter === undefined ? {} : { interpreter }),
    ...(onStep === undefined ? {} : { onStep }),
  })
}

function refusePythonOptions(project: Project, python: PythonOptions): void {
  const unused = Object.entries(python).find(([, value]) => value !== undefined && value !== false)
  if (unused === undefined) return
  const message = `${project.manifest}: is no Python project, expected none of the options for Python (${unused[0]})`
  throw new BuilderError('OPTION_UNUSED', message, { file: project.manifest, field: unused[0] })
}

/** The interpreter and the wheels would be those of this machine, and would not run there. */
function refuseForeignPython(project: Project, platform: Platform | undefined): void {
  const here = platformOf(process.platform, process.arch)
  if (platform === undefined || (here !== undefined && platformName(here) === platformName(platform))) return
  const want = here === undefined ? 'the platform of this machine' : platformName(here)
  const message = `${project.manifest}: Python projects are packed for the platform that packs, not yet for another: --platform is ${platformName(platform)}, expected ${want}`
  const hint = `run flavor on ${platformName(platform)}`
  const detail = { file: project.manifest, got: platformName(platform), want }
  throw new BuilderError('PLATFORM_PYTHON', message, detail, { hint })
}
