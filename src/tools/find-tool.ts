import type { PinnedTool } from './pinned-tools.ts'
import { fetchPinnedTool } from './pinned-wheel.ts'
import { lastLines, runCommand } from './run-command.ts'
import { isProgram, searchPath } from './search-path.ts'
import type { Command, Tool, ToolContext, ToolOrigin } from './tool.ts'
import { ToolError } from './tool-error.ts'

export interface ToolWish {
  readonly pinned: PinnedTool
  /** The oldest version that does what we ask of it. */
  readonly floor: string
  /** Where set, only this version is taken from PATH: another one would give other bytes. */
  readonly exact?: string
  /** The variable in which the user may name the program. */
  readonly variable: string
  /** Whether `python -m NAME` runs it as well. */
  readonly isModule: boolean
}

/**
 * Finds a tool: the one that the user named, one on PATH, a Python module, or the pinned one. What the user named is used or refused;
 * what merely lies around is passed over when it is too old or does not run.
 * @throws ToolError
 */
export async function findTool(wish: ToolWish, context: ToolContext): Promise<Tool> {
  const installed = await findInstalledTool(wish, context)
  if (installed !== undefined) return installed
  const program = await fetchPinnedTool(wish.pinned, context)
  const version = await askVersion([program], wish, context)
  if (typeof version === 'string') return { name: wish.pinned.name, command: [program], version, origin: 'pinned' }
  throw unusable(program, wish, version.reason)
}

/**
 * As `findTool`, but nothing is fetched: undefined where only the pinned one is left.
 * @throws ToolError for what the user named and cannot be used
 */
export async function findInstalledTool(wish: ToolWish, context: ToolContext): Promise<Tool | undefined> {
  const named = context.environment[wish.variable]
  if (named !== undefined && named !== '') return await useNamed(named, wish, context)
  for (const program of searchPath(wish.pinned.name, context.environment)) {
    const tool = await tryCandidate([program], 'path', wish, context)
    if (tool !== undefined) return tool
  }
  if (!wish.isModule) return undefined
  for (const python of ['python3', 'python'].flatMap(name => searchPath(name, context.environment))) {
    const tool = await tryCandidate([python, '-m', wish.pinned.name], 'module', wish, context)
    if (tool !== undefined) return tool
  }
  return undefined
}

async function useNamed(program: string, wish: ToolWish, context: ToolContext): Promise<Tool> {
  const where = `${wish.variable}=${program}`
  if (!isProgram(program)) throw unusable(where, wish, 'no program there')
  const version = await askVersion([program], wish, context)
  if (typeof version !== 'string') throw unusable(where, wish, version.reason)
  if (isOlder(version, wish.floor)) {
    const message = `${where}: version is ${version}, expected at least ${wish.floor}`
    const detail = { tool: wish.pinned.name, file: program, got: version, want: wish.floor }
    throw new ToolError('TOOL_VERSION', message, detail, { hint: `unset ${wish.variable} or name a newer one` })
  }
  return { name: wish.pinned.name, command: [program], version, origin: 'environment' }
}

async function tryCandidate(
  command: Command,
  origin: ToolOrigin,
  wish: ToolWish,
  context: ToolContext,
): Promise<Tool | undefined> {
  const version = await askVersion(command, wish, context)
  if (typeof version !== 'string') return undefined
  if (isOlder(version, wish.floor)) {
    context.onStep?.(`passing over ${command.join(' ')} ${version}: older than ${wish.floor}`)
    return undefined
  }
  if (wish.exact !== undefined && version !== wish.exact) {
    context.onStep?.(`passing over ${command.join(' ')} ${version}: not ${wish.exact}`)
    return undefined
  }
  return { name: wish.pinned.name, command, version, origin }
}

/** Version managers put stubs on PATH that fail for what is not installed, so only running it tells. */
async function askVersion(
  command: Command,
  wish: ToolWish,
  context: ToolContext,
): Promise<string | { readonly reason: string }> {
  const result = await runCommand(command, ['--version'], { environment: context.environment })
  if (!result.ok) return { reason: lastLines(result.stderr) }
  const [name, version] = result.stdout.trim().split(/\s+/)
  if (name === wish.pinned.name && version !== undefined && /^\d+(\.\d+)+/.test(version)) return version
  return { reason: `--version says ${JSON.stringify(result.stdout.trim().slice(0, 80))}` }
}

function isOlder(version: string, floor: string): boolean {
  const [a, b] = [version, floor].map(text => text.split(/[.+-]/).map(part => Number.parseInt(part, 10) || 0))
  if (a === undefined || b === undefined) return true
  for (const [position, want] of b.entries()) {
    const got = a[position] ?? 0
    if (got !== want) return got < want
  }
  return false
}

function unusable(where: string, wish: ToolWish, reason: string): ToolError {
  const message = `${where}: is no ${wish.pinned.name} that runs: ${reason}`
  const hint = `install ${wish.pinned.name}, or name it in ${wish.variable}`
  return new ToolError('TOOL_UNUSABLE', message, { tool: wish.pinned.name, file: where, got: reason }, { hint })
}
