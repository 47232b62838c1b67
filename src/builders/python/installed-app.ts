import { join } from 'node:path'
import { sha256Hex } from '../../crypto/sha256.ts'
import type { Environment } from '../../tools/tool.ts'
import { VERSION } from '../../version.ts'
import { type AppRecord, AppRecordSchema, type PackagesRecord, PackagesRecordSchema } from './app-record.ts'
import { buildApp } from './build-app.ts'
import { buildPackages } from './build-packages.ts'
import { stale } from './check-lock.ts'
import type { InstallContext } from './install-context.ts'
import type { InterpreterTree } from './interpreter/interpreter-tree.ts'
import type { LockFile } from './lock-file.ts'
import { type LockIdentity, lockedDirectories } from './make-lock.ts'
import { type CachedTree, PackCache } from './pack-cache.ts'
import type { Resolution } from './requirements.ts'
import { exportLock } from './resolve.ts'
import { hasLazySlots } from './slots-module.ts'
import { fingerprintRepository, fingerprintSources, fingerprintVariables } from './source-fingerprint.ts'
import type { Uv } from './uv-command.ts'

/** Bump it when the same inputs give other trees. */
const LAYOUT = 10

export interface InstalledApp {
  readonly own: CachedTree<AppRecord>
  readonly packages: CachedTree<PackagesRecord>
}

export interface AppInputs extends LockIdentity {
  readonly interpreter: InterpreterTree
  readonly lock: Omit<LockFile, 'interpreters'>
  /** Looked for only where something has to be installed. */
  readonly uv: () => Promise<Uv>
  readonly environment: Environment
  readonly cacheDirectory: string
  readonly onStep: (message: string) => void
}

/**
 * The project with all that it needs, installed; from the cache where it was made from the same inputs before.
 * @throws ManifestError, BuilderError, InterpreterError
 */
export async function installedApp(inputs: AppInputs): Promise<InstalledApp> {
  const directory = join(inputs.cacheDirectory, 'pack', 'python')
  const packagesCache = new PackCache(join(directory, 'packages'), PackagesRecordSchema)
  const ownCache = new PackCache(join(directory, 'projects'), AppRecordSchema)
  const key = await appKey(inputs)
  const known = ownCache.find(key)
  const knownPackages = known && packagesCache.find(known.record.packages)
  if (known !== undefined && knownPackages !== undefined) {
    inputs.onStep('the project is unchanged: what is installed comes from the cache')
    return { own: known, packages: knownPackages }
  }
  const context = { ...inputs, uv: await inputs.uv() }
  const runtime = await runtimePackages(inputs, context.uv)
  const packagesKey = hashOf([
    interpreterIdentity(inputs),
    inputs.lock.uv,
    fingerprintVariables(inputs.environment),
    runtime.packages,
  ])
  const packages =
    packagesCache.find(packagesKey) ??
    (await packagesCache.add(packagesKey, (staging, tree) =>
      buildPackages(runtime.packages, at(context, staging), tree),
    ))
  const request = { project: inputs.project, directories: runtime.directories, packages }
  const own = await ownCache.add(key, async (staging, tree) => {
    return { ...(await buildApp(request, at(context, staging), tree)), packages: packagesKey }
  })
  return { own, packages }
}

function at(context: Omit<InstallContext, 'staging'>, staging: string): InstallContext {
  const { interpreter, lock, uv, onStep } = context
  return { interpreter, lock, uv, onStep, staging }
}

/** All that the installed files depend on. */
async function appKey(inputs: AppInputs): Promise<string> {
  const { project, lock, environment } = inputs
  const directories = lockedDirectories(lock, project)
  const repository = project.version === undefined ? await fingerprintRepository(project.directory, environment) : ''
  return hashOf([
    interpreterIdentity(inputs),
    ...[lock.uv, lock.python, lock.resolutions, repository, fingerprintVariables(environment)],
    ...[[...project.scripts], project.defaultScript, project.requiresPython, hasLazySlots(project)],
    ...[project.directory, ...directories].map(fingerprintSources),
  ])
}

function interpreterIdentity({ interpreter }: AppInputs): unknown[] {
  const { provider, version, sha256, tags, ships } = interpreter
  return [LAYOUT, VERSION, provider, version, sha256, tags, ships]
}

function hashOf(inputs: readonly unknown[]): string {
  return sha256Hex(Buffer.from(JSON.stringify(inputs)))
}

/** What the lock, or the project's uv.lock with it, says is installed. */
async function runtimePackages(inputs: AppInputs, uv: Uv): Promise<Resolution> {
  const { project, interpreter, lock, hasUvLock } = inputs
  const locked = lock.resolutions.filter(({ purpose }) => purpose === 'project' || purpose === 'extra')
  const packages = locked.flatMap(({ packages }) => packages)
  const directories = lockedDirectories({ resolutions: locked }, project)
  if (!hasUvLock) return { packages, directories }
  const exported = await exportLock(project, { uv, python: join(interpreter.root, interpreter.executable) })
  const unknown = exported.directories.find(path => path !== project.directory && !directories.includes(path))
  if (unknown !== undefined) throw stale({ project }, `does not know ${unknown}, which uv.lock names`)
  return { packages: [...exported.packages, ...packages], directories }
}
