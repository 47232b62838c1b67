import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { pinnedNodePackages } from '../tools/installation.ts'
import { ToolError } from '../tools/tool-error.ts'

/** Set for the re-executed process only, so that a Node that is not what its package says ends in an error and not in a loop. */
const GUARD = 'FLAVOR_PINNED_NODE'

/** What a decision about the running Node depends on, apart from what is installed. */
export interface RunningNode {
  readonly version: string
  readonly platform: string
  readonly arch: string
  readonly guard: string | undefined
}

/** Absent: this is the pinned Node already. */
export interface Reexecution {
  readonly node: string
}

/**
 * The CLI runs on one pinned Node, because zstd's and V8's versions decide the bytes that `pack` writes. Replaces this process by the
 * pinned Node where another one started it; `main` calls this before anything else.
 * @returns undefined on the pinned Node; elsewhere the exit code of the pinned one, where a process cannot replace itself.
 * @throws ToolError TOOL_NOT_FOUND, TOOL_UNUSABLE
 */
export async function runOnPinnedNode(): Promise<number | undefined> {
  const guard = process.env[GUARD]
  delete process.env[GUARD]
  const running = { version: process.versions.node, platform: process.platform, arch: process.arch, guard }
  const pinned = planReexecution(running, pinnedNodePackages(), locatePackage)
  if (pinned === undefined) return undefined
  const args = [...process.execArgv, ...process.argv.slice(1)]
  const environment = { ...process.env, [GUARD]: '1' }
  if (process.platform !== 'win32' && typeof process.execve === 'function') {
    process.execve(pinned.node, [pinned.node, ...args], environment)
  }
  return spawnPinned(pinned.node, args, environment)
}

/** The decision alone: `locate` gives the directory of an installed package, or nothing. */
export function planReexecution(
  running: RunningNode,
  packages: Readonly<Record<string, string>>,
  locate: (name: string) => string | undefined,
): Reexecution | undefined {
  const wanted = Object.values(packages)[0]
  if (wanted === undefined || running.version === wanted) return undefined
  const name = nodePackageName(running, packages)
  const directory = name === undefined ? undefined : locate(name)
  if (name === undefined || directory === undefined) {
    const message = `flavor runs on Node ${wanted}, this is ${running.version}, and the package that brings it is not installed`
    const hint =
      name === undefined
        ? `there is no such package for ${running.platform}-${running.arch}; start flavor with Node ${wanted} itself`
        : `install flavor without --omit=optional, so that npm brings ${name}`
    throw new ToolError('TOOL_NOT_FOUND', message, { got: running.version, want: wanted }, { hint })
  }
  const node = join(directory, 'bin', running.platform === 'win32' ? 'node.exe' : 'node')
  if (running.guard !== undefined) {
    const message = `${node} says that it is Node ${running.version}, expected ${wanted}`
    const hint = `install flavor again: ${name} is damaged`
    throw new ToolError('TOOL_UNUSABLE', message, { file: node, got: running.version, want: wanted }, { hint })
  }
  return { node }
}

/** One of the packages is named `node-bin-…`, because the plain name was taken. */
function nodePackageName(running: RunningNode, packages: Readonly<Record<string, string>>): string | undefined {
  const platform = running.platform === 'win32' ? 'win' : running.platform
  const suffix = `${platform}-${running.arch}`
  return [`node-${suffix}`, `node-bin-${suffix}`].find(name => name in packages)
}

function locatePackage(name: string): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
  } catch {
    return undefined
  }
}

/** Imported here, because loading child_process takes 2.5 ms of every start that does not need it. */
async function spawnPinned(node: string, args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const { spawnSync } = await import('node:child_process')
  const { status, signal, error } = spawnSync(node, args, { stdio: 'inherit', env: environment })
  if (error !== undefined) {
    const message = `cannot start the pinned Node at ${node}: ${error.message}`
    throw new ToolError('TOOL_UNUSABLE', message, { file: node }, { cause: error })
  }
  return status ?? 128 + (signal === null ? 0 : constants.signals[signal])
}
