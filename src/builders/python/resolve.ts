import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { locate, readManifest } from '../../manifest/manifest-source.ts'
import type { PythonProject } from '../../manifest/project.ts'
import type { CommandResult } from '../../tools/run-command.ts'
import { BuilderError } from '../builder-error.ts'
import {
  formatRequirements,
  type LockedRequirement,
  parseRequirements,
  type Resolution,
  requirementName,
  unpinned,
} from './requirements.ts'
import { setuptoolsElsewhere } from './setuptools-elsewhere.ts'
import { meaningfulLines, registryError, runUv, type Uv } from './uv-command.ts'

/**
 * Universal: for this version of Python on every platform, so that one lock file serves a whole team. The hashes are those of all
 * files of a version.
 */
const COMPILE = ['pip', 'compile', '--universal', '--generate-hashes', '--no-header', '--no-annotate', '--quiet']
const EXPORT = [
  'export',
  '--locked',
  '--no-default-groups',
  '--no-emit-project',
  '--no-header',
  '--no-annotate',
  '--quiet',
]

export interface ResolveContext {
  readonly uv: Uv
  /** The interpreter that the package will have. */
  readonly python: string
}

/**
 * Every package that the project needs, by its own manifest (uv's sources in it included), and the user's own projects among them.
 * @param directories other projects that are packed with it
 * @throws BuilderError RESOLVE_FAILED, REGISTRY_FAILED
 */
export async function resolveProject(
  project: PythonProject,
  directories: readonly string[],
  context: ResolveContext,
): Promise<Resolution> {
  const lines = [...directories, ...project.extraPackages]
  return await withFile(lines.join('\n'), async extra => {
    const args = [...COMPILE, '--python', context.python, 'pyproject.toml', extra]
    const result = await runResolver(context.uv, args)
    if (!result.ok) throw resolveError(project, result)
    return pinned(parseRequirements(result.stdout, project.directory), project)
  })
}

/**
 * The same from the project's own uv.lock.
 * @throws BuilderError LOCK_STALE, RESOLVE_FAILED, REGISTRY_FAILED
 */
export async function exportLock(project: PythonProject, context: ResolveContext): Promise<Resolution> {
  const result = await runResolver(context.uv, [...EXPORT, '--python', context.python])
  if (result.ok) return pinned(parseRequirements(result.stdout, project.directory), project)
  if (/needs to be updated/.test(result.stderr)) {
    const message = 'uv.lock: is not the lock file of this pyproject.toml any more'
    const detail = { file: join(project.directory, 'uv.lock') }
    throw new BuilderError('LOCK_STALE', message, detail, { hint: 'run `uv lock`' })
  }
  throw resolveError(project, result)
}

/**
 * Packages that stand in no manifest's dependencies, such as those of a build backend.
 * @param constraints versions that are settled already
 * @throws BuilderError RESOLVE_FAILED, REGISTRY_FAILED
 */
export async function resolveNames(
  project: PythonProject,
  names: readonly string[],
  constraints: readonly LockedRequirement[],
  context: ResolveContext,
): Promise<Resolution> {
  if (names.length === 0) return { packages: [], directories: [] }
  const versions = formatRequirements(constraints.map(({ requirement }) => ({ requirement, hashes: [] })))
  return await withFile(names.join('\n'), async input => {
    return await withFile(versions, async file => {
      const constrained = constraints.length === 0 ? [] : ['--constraints', file]
      const result = await runResolver(context.uv, [...COMPILE, '--python', context.python, ...constrained, input])
      if (!result.ok) throw resolveError(project, result)
      return pinned(parseRequirements(result.stdout, project.directory), project)
    })
  })
}

/** Backends are asked for what manifests leave open, and must not leave anything in the projects. */
async function runResolver(uv: Uv, args: readonly string[]): Promise<CommandResult> {
  return await withDirectory(directory => {
    return runUv({ ...uv, environment: { ...setuptoolsElsewhere(directory), ...uv.environment } }, args)
  })
}

/** uv takes requirements from files whose names end in `.in`. */
async function withFile<Result>(content: string, use: (path: string) => Promise<Result>): Promise<Result> {
  return await withDirectory(async directory => {
    const path = join(directory, 'requirements.in')
    writeFileSync(path, `${content}\n`)
    return await use(path)
  })
}

async function withDirectory<Result>(use: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'flavor-resolve-'))
  try {
    return await use(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function pinned(resolution: Resolution, project: PythonProject): Resolution {
  const [loose] = unpinned(resolution.packages)
  if (loose === undefined) return resolution
  const message = `${loose}: neither a hash nor a commit says what it is, so that it cannot be locked`
  const hint = 'name a package of an index, or a commit of 40 digits'
  throw new BuilderError('RESOLVE_FAILED', message, { ...place(project, loose), got: loose }, { hint })
}

function resolveError(project: PythonProject, result: CommandResult): BuilderError {
  const unreachable = registryError(basename(project.manifest), result)
  if (unreachable !== undefined) return unreachable
  const reason = meaningfulLines(result.stderr)
  const { file, line, column } = place(project, reason)
  const message = `${basename(file)}:${line}:${column}: the requirements cannot be satisfied: ${reason}`
  const hint = 'change the requirement that uv names, or `requires-python`'
  return new BuilderError('RESOLVE_FAILED', message, { file, line, column, got: reason }, { hint })
}

/** The requirement that a message of uv is about, as far as it names one of the manifest's own. */
function place(project: PythonProject, message: string): { file: string; line: string; column: string } {
  const words = new Set(message.split(/[^\w.-]+/).map(requirementName))
  const find = (requirements: readonly string[]) => requirements.findIndex(text => words.has(requirementName(text)))
  const [own, extra] = [find(project.dependencies), find(project.extraPackages)]
  const field =
    own < 0 && extra >= 0
      ? ['tool', 'flavor', 'build', 'extra_packages', extra]
      : ['project', 'dependencies', ...(own < 0 ? [] : [own])]
  const { line, column } = locate(readManifest(project.manifest), field)
  return { file: project.manifest, line: `${line}`, column: `${column}` }
}

/** The text of a uv.lock, where the project has one. */
export function readUvLock(project: PythonProject): string | undefined {
  try {
    return readFileSync(join(project.directory, 'uv.lock'), 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw cause
  }
}
