import { execa } from 'execa'
import { type Cancellation, currentCancellation } from './cancellation.ts'
import { endProcessTree, type RunningProcess, signalProcesses } from './process-tree.ts'
import type { Command, Environment } from './tool.ts'

export interface RunOptions {
  /** All variables of the process; nothing of ours is added. */
  readonly environment: Environment
  readonly directory?: string
  /** For its stdin, which is empty otherwise. */
  readonly input?: string
}

export interface CommandResult {
  readonly ok: boolean
  /** Absent when it could not be started or died by a signal. */
  readonly exitCode?: number
  readonly stdout: string
  readonly stderr: string
}

/** For a program that does not end by SIGTERM; whoever pressed Ctrl-C waits so long. */
const PATIENCE_MS = 3000

/**
 * Runs a program to its end. Failing is an answer, not an exception: the caller knows what it means.
 * @throws the reason of the signal where the work around it was cancelled (`cancellable`); the program and all that it started have
 * been ended then
 */
export async function runCommand(
  command: Command,
  args: readonly string[],
  options: RunOptions,
): Promise<CommandResult> {
  currentCancellation()?.signal.throwIfAborted()
  return await whileWorking(start(command, args, options))
}

export interface Started<Result> {
  /** Undefined where it could not be started. */
  readonly pid: number | undefined
  readonly result: Promise<Result>
}

/** Waits for a program, and ends it with all that it started where the work around it is cancelled. */
export async function whileWorking<Result>(started: Started<Result>): Promise<Result> {
  const cancellation = currentCancellation()
  if (cancellation === undefined) return await started.result
  const result = await endedWith(cancellation, started)
  cancellation.signal.throwIfAborted()
  return result
}

function start([program, ...prefix]: Command, args: readonly string[], options: RunOptions): Started<CommandResult> {
  const child = execa(program, [...prefix, ...args], {
    env: options.environment,
    extendEnv: false,
    reject: false,
    input: options.input ?? '',
    ...(options.directory === undefined ? {} : { cwd: options.directory }),
  })
  const result = child.then(ended => ({
    ok: !ended.failed,
    ...(ended.exitCode === undefined ? {} : { exitCode: ended.exitCode }),
    stdout: ended.stdout ?? '',
    stderr: ended.stderr || (ended.failed ? (ended.shortMessage ?? '') : ''),
  }))
  return { pid: child.pid, result }
}

/**
 * A process group of its own would be simpler to end, but has no terminal: git and ssh below uv could not ask for a password.
 */
async function endedWith<Result>(
  { signal, programs }: Cancellation,
  { pid, result }: Started<Result>,
): Promise<Result> {
  let tree: readonly RunningProcess[] = []
  let force: NodeJS.Timeout | undefined
  const kill = () => signalProcesses(tree, 'SIGKILL')
  const end = () => {
    if (pid !== undefined) tree = endProcessTree(pid, 'SIGTERM')
    force = setTimeout(kill, PATIENCE_MS)
  }
  signal.addEventListener('abort', end, { once: true })
  programs.add(result)
  try {
    return await result
  } finally {
    programs.delete(result)
    signal.removeEventListener('abort', end)
    clearTimeout(force)
    kill()
  }
}

/** The last lines that a program wrote, for a message: what went wrong stands at the end. */
export function lastLines(text: string, count = 4): string {
  return text.trim().split('\n').slice(-count).join('\n')
}
