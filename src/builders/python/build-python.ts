import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Platform, platformName, platformOf } from '../../format/platform.ts'
import type { PythonProject } from '../../manifest/project.ts'
import type { KnownPlan } from '../../package/package-plan.ts'
import type { Environment, ToolContext } from '../../tools/tool.ts'
import { BuilderError } from '../builder-error.ts'
import { checkLock, stale } from './check-lock.ts'
import { installedApp } from './installed-app.ts'
import { LIBRARY_DIRECTORY } from './interpreter/bundled-libraries.ts'
import { InterpreterError } from './interpreter/interpreter-error.ts'
import { type InterpreterRequest, parseInterpreterSpec } from './interpreter/interpreter-request.ts'
import type { InterpreterTree } from './interpreter/interpreter-tree.ts'
import { provideInterpreter } from './interpreter/provide-interpreter.ts'
import { LOCK_NAME, type LockEntry, type LockFile, readLock, writeLock } from './lock-file.ts'
import { type LockIdentity, makeLock } from './make-lock.ts'
import { projectUv } from './project-uv.ts'
import { pythonOrigin } from './python-origin.ts'
import { planPython } from './python-plan.ts'
import { readUvLock } from './resolve.ts'
import type { Uv } from './uv-command.ts'

export interface BuildPythonOptions {
  /** As `--python` takes it; without it the manifest's choice. */
  readonly interpreter?: string
  /** Resolve everything anew instead of using flavor.lock. */
  readonly updateLock: boolean
  readonly cacheDirectory: string
  readonly environment: Environment
  readonly onStep?: (message: string) => void
}

/** What is settled before anything is built. */
interface Settled {
  readonly project: PythonProject
  readonly platform: Platform
  readonly lock: Omit<LockFile, 'interpreters'>
}

/**
 * The plan of a Python project: its interpreter, the project with all that it needs, and how it starts (docs/python.md). Writes
 * flavor.lock where there is none, or with `updateLock`.
 * @throws ManifestError, BuilderError, InterpreterError, ToolError
 */
export async function buildPython(project: PythonProject, options: BuildPythonOptions): Promise<KnownPlan> {
  const platform = machinePlatform()
  const lock = options.updateLock ? undefined : readLock(project.directory)
  const entry = lock && lockedInterpreter(lock, platform, project)
  const request = interpreterRequest(project, options, entry)
  const interpreter = await provide(request, options)
  const python = interpreter.version.split('.').slice(0, 2).join('.')
  const identity = { project, python, hasUvLock: readUvLock(project) !== undefined }
  if (lock !== undefined) checkLock(lock, identity)
  const uv = once(() => projectUv(project, lock?.uv, options))
  const resolved = lock ?? (await resolve(identity, interpreter, uv, options))
  const { environment, cacheDirectory, onStep = () => {} } = options
  const app = await installedApp({ ...identity, interpreter, lock: resolved, uv, environment, cacheDirectory, onStep })
  const complete = await withLibraries(interpreter, app.own.record.libraries, request, options)
  keepLock({ project, platform, lock: resolved }, complete, entry, options)
  return { ...planPython(project, complete, app, platform), origin: pythonOrigin(project, complete, app, resolved) }
}

function machinePlatform(): Platform {
  const platform = platformOf(process.platform, process.arch)
  if (platform !== undefined) return platform
  const message = `no package can be made on ${process.platform} ${process.arch}`
  throw new BuilderError('INSTALL_FAILED', message, { got: `${process.platform} ${process.arch}` })
}

function lockedInterpreter(lock: LockFile, platform: Platform, project: PythonProject): LockEntry {
  const entry = lock.interpreters.find(found => found.platform === platformName(platform))
  if (entry !== undefined) return entry
  throw stale({ project }, `holds no interpreter for ${platformName(platform)}`)
}

/** With `ships` false, the interpreter installs the packages, and the user's own runs the program. */
interface PythonRequest extends InterpreterRequest {
  readonly ships: boolean
}

function interpreterRequest(
  project: PythonProject,
  options: BuildPythonOptions,
  locked: LockEntry | undefined,
): PythonRequest {
  const { directory } = project
  const spec = parseInterpreterSpec(options.interpreter ?? project.interpreter, directory)
  const ships = spec.provider !== 'none'
  if (!ships && process.platform === 'win32') throw withoutShell()
  if (locked !== undefined && (locked.ships ?? true) !== ships)
    throw stale({ project }, ships ? 'is for a package without an interpreter' : 'is for a package with an interpreter')
  const builder = spec.provider === 'none' && spec.version !== undefined ? [`==${spec.version}.*`] : []
  const versions = [...builder, project.requiresPython].filter(text => text !== undefined)
  return {
    spec: spec.provider === 'none' ? { provider: 'default' } : spec,
    ships,
    ...(versions.length === 0 ? {} : { requiresPython: versions.join(',') }),
    directory,
    ...(locked === undefined ? {} : { locked, libraries: Object.keys(locked.libraries) }),
  }
}

function withoutShell(): InterpreterError {
  const message = 'python: is none, and its start script needs /bin/sh, which Windows has not'
  const hint = 'ship an interpreter: `--python uv:3.12`'
  return new InterpreterError('INTERPRETER_PLATFORM', message, { field: 'python', got: 'none' }, { hint })
}

async function provide(request: PythonRequest, options: BuildPythonOptions): Promise<InterpreterTree> {
  const { ships, ...rest } = request
  const interpreter = await provideInterpreter(rest, toolContext(options))
  return ships ? interpreter : { ...interpreter, ships }
}

async function resolve(
  identity: LockIdentity,
  interpreter: InterpreterTree,
  uv: () => Promise<Uv>,
  options: BuildPythonOptions,
): Promise<Omit<LockFile, 'interpreters'>> {
  options.onStep?.('resolving the requirements')
  return await makeLock(identity, { uv: await uv(), python: programOf(interpreter) })
}

/** The interpreter again, with the libraries that wheels leave to the machine. */
async function withLibraries(
  interpreter: InterpreterTree,
  libraries: readonly string[],
  request: PythonRequest,
  options: BuildPythonOptions,
): Promise<InterpreterTree> {
  if (!request.ships) {
    if (libraries.length > 0) options.onStep?.(`the user's machine has to have ${libraries.join(', ')}`)
    return interpreter
  }
  if (libraries.every(name => existsSync(join(interpreter.root, LIBRARY_DIRECTORY, name)))) return interpreter
  const { spec, locked, ...rest } = request
  // What was chosen stays chosen: another download may be possible by now.
  const { provider, version, sha256 } = interpreter
  return await provide(
    { ...rest, spec, locked: locked ?? { provider, version, sha256 }, libraries },
    { ...options, onStep: () => {} },
  )
}

function keepLock(
  settled: Settled,
  interpreter: InterpreterTree,
  entry: LockEntry | undefined,
  options: BuildPythonOptions,
): void {
  const { project, platform, lock } = settled
  const { provider, version, sha256, libraries, ships } = interpreter
  if (entry !== undefined) {
    const unlocked = Object.keys(libraries).filter(name => entry.libraries[name] === undefined)
    if (unlocked.length > 0) throw stale({ project }, `lacks the libraries ${unlocked.join(', ')}`)
    return
  }
  const named = { platform: platformName(platform), provider, version }
  const current = { ...named, ...(ships === undefined ? {} : { ships }), sha256, libraries }
  const others = formerInterpreters(project.directory).filter(({ platform, version }) => {
    return platform !== current.platform && version.startsWith(`${lock.python}.`)
  })
  const interpreters = [...others, current].sort((a, b) => (a.platform < b.platform ? -1 : 1))
  writeLock(project.directory, { ...lock, interpreters })
  options.onStep?.(`wrote ${join(project.directory, LOCK_NAME)}`)
}

/** Other platforms keep theirs when a lock is made anew. One that cannot be read holds none. */
function formerInterpreters(directory: string): readonly LockEntry[] {
  try {
    return readLock(directory)?.interpreters ?? []
  } catch (error) {
    if (error instanceof BuilderError) return []
    throw error
  }
}

function programOf(interpreter: InterpreterTree): string {
  return join(interpreter.root, interpreter.executable)
}

function toolContext({ environment, cacheDirectory, onStep }: BuildPythonOptions): ToolContext {
  return { environment, cacheDirectory, ...(onStep === undefined ? {} : { onStep }) }
}

function once<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined
  return () => {
    made ??= make()
    return made
  }
}
