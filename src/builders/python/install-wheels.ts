import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { BuilderError } from '../builder-error.ts'
import type { BuiltWheel } from './build-wheels.ts'
import { type InstallContext, runnable } from './install-context.ts'
import { formatRequirements, type LockedRequirement, requirementName } from './requirements.ts'
import { meaningfulLines, registryError, runUv } from './uv-command.ts'

export interface InstallRequest {
  readonly packages: readonly LockedRequirement[]
  readonly wheels: readonly BuiltWheel[]
  /** Where `bin`, `lib` and the rest go. */
  readonly prefix: string
}

/**
 * Installs exactly the given packages, hashes checked, as if `prefix` were a virtual environment. Nothing is resolved here.
 * @throws BuilderError INSTALL_FAILED, REGISTRY_FAILED
 */
export async function installWheels(request: InstallRequest, context: InstallContext): Promise<void> {
  const { packages, wheels, prefix } = request
  const { interpreter, lock, uv, staging } = context
  const file = join(staging, 'requirements.txt')
  const own = wheels.map(({ name, path, sha256 }) => ({
    requirement: `${name} @ ${pathToFileURL(path).href}`,
    hashes: [`sha256:${sha256}`],
  }))
  const all = [...packages, ...own]
  if (all.length === 0) return
  writeFileSync(file, formatRequirements(all))
  const build = join(staging, 'build-constraints.txt')
  writeFileSync(build, formatRequirements(buildPackages(lock)))
  // A commit has no hash, and with one such package the others can only be checked, not demanded; we have demanded them before.
  const strict = all.every(({ hashes }) => hashes.length > 0) ? ['--require-hashes'] : []
  const args = [
    'pip',
    'install',
    '--python',
    runnable(interpreter).program,
    '--prefix',
    prefix,
    '--no-deps',
    '--link-mode',
    'copy',
    '--quiet',
  ]
  const result = await runUv(uv, [...args, ...strict, '--build-constraints', build, '--requirements', file])
  if (result.ok) return
  const unreachable = registryError('install', result)
  if (unreachable !== undefined) throw unreachable
  const reason = meaningfulLines(`${result.stdout}\n${result.stderr}`)
  const hint = 'a package may have no wheel for this platform and this version of Python'
  throw new BuilderError('INSTALL_FAILED', `the packages cannot be installed: ${reason}`, { got: reason }, { hint })
}

/**
 * What builds packages that the index has no wheel of, as far as the lock knows it. Two projects may be built by two versions of one
 * backend; a constraint can name one.
 */
function buildPackages(lock: InstallContext['lock']): LockedRequirement[] {
  const packages = lock.resolutions.filter(({ purpose }) => purpose === 'build').flatMap(({ packages }) => packages)
  const byName = Map.groupBy(packages, ({ requirement }) => requirementName(requirement))
  return [...byName.values()].flatMap(versions => {
    const distinct = new Map(versions.map(version => [version.requirement, version]))
    return distinct.size === 1 ? [...distinct.values()] : []
  })
}
