import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'
import { loadLibc, withoutWarnings } from '../workenv/libc.ts'
import type { Log } from '../workenv/log.ts'
import type { ProgramCall } from './command.ts'
import type { Variables } from './environment.ts'
import { programFault } from './program-fault.ts'

/** `exec` becomes the program; `spawn` starts it as a child and waits. Windows only has the latter. */
export type ExecMode = 'exec' | 'spawn'

/** Node ignores these two for itself and cannot be told not to; a program would inherit it (docs/launchers.md). */
const IGNORED_BY_NODE = ['SIGPIPE', 'SIGXFSZ'] as const
/** A terminal sends these to the program as well, so that passing them on would deliver them twice. */
const FROM_TERMINAL = ['SIGINT', 'SIGQUIT'] as const
const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const

/** Spec §7.4: FLAVOR_EXEC_MODE; a system that cannot replace a process spawns. */
export function execMode(environment: Readonly<Record<string, string | undefined>>): ExecMode {
  const isPossible = process.platform !== 'win32' && process.execve !== undefined
  return isPossible && environment.FLAVOR_EXEC_MODE !== 'spawn' ? 'exec' : 'spawn'
}

interface StartOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly log: Log
}

/**
 * Becomes the program, or starts it and waits for it.
 * @returns the exit status of one that was spawned
 * @throws LaunchError as `execProgram`
 */
export async function startProgram(call: ProgramCall, variables: Variables, options: StartOptions): Promise<number> {
  const mode = execMode(options.environment)
  options.log('debug', `${mode} ${call.program}, ${call.argv.length - 1} arguments`)
  return mode === 'exec' ? execProgram(call, variables) : await spawnProgram(call, variables)
}

/**
 * Becomes the program. Comes back only by failing.
 * @throws LaunchError PROGRAM_MISSING, PROGRAM_REFUSED, PROGRAM_FORMAT, PROGRAM_INTERPRETER, PROGRAM_ARGUMENTS, PROGRAM_START
 */
export function execProgram(call: ProgramCall, variables: Variables): never {
  const execve = process.execve
  if (execve === undefined) throw programFault(call, new Error('this Node cannot replace its process'))
  for (const name of IGNORED_BY_NODE) loadLibc()?.resetSignal(constants.signals[name])
  try {
    return withoutWarnings(() => execve(call.program, call.argv, variables))
  } catch (thrown) {
    throw programFault(call, thrown)
  }
}

/**
 * Starts the program as a child and waits for it. Dies by the signal that the child died of.
 * @returns the exit status
 * @throws LaunchError as `execProgram`
 */
export async function spawnProgram(call: ProgramCall, variables: Variables): Promise<number> {
  // Only this mode needs them, and loading them is a tenth of a warm start.
  const [{ spawn }, { isatty }] = await Promise.all([import('node:child_process'), import('node:tty')])
  const [argv0 = call.program, ...args] = call.argv
  const child = spawn(call.program, args, { argv0, env: variables, stdio: 'inherit', windowsHide: false })
  const stopForwarding = forwardSignals(child, [0, 1, 2].some(isatty))
  const end = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', thrown => reject(programFault(call, thrown)))
    child.once('exit', (code, signal) => resolve({ code, signal }))
  }).finally(stopForwarding)
  if (end.signal === null) return end.code ?? 1
  await dieBy(end.signal)
  return 128 + constants.signals[end.signal]
}

/** Signals that were sent to this process alone are meant for the program. */
function forwardSignals(child: ChildProcess, hasTerminal: boolean): () => void {
  const forward = (signal: NodeJS.Signals) => void child.kill(signal)
  const ignore = () => undefined
  const handlers: [NodeJS.Signals, (signal: NodeJS.Signals) => void][] = [
    ...FORWARDED.map((name): [NodeJS.Signals, typeof forward] => [name, forward]),
    ...FROM_TERMINAL.map((name): [NodeJS.Signals, typeof forward] => [name, hasTerminal ? ignore : forward]),
  ]
  const usable = handlers.filter(([name]) => process.platform !== 'win32' || !name.startsWith('SIGUSR'))
  for (const [name, handler] of usable) process.on(name, handler)
  return () => {
    for (const [name, handler] of usable) process.off(name, handler)
  }
}

/** Whoever waits for us must see how the program ended. Some signals leave a process alive; then the status says it. */
async function dieBy(signal: NodeJS.Signals): Promise<void> {
  if (process.platform === 'win32') return
  loadLibc()?.resetSignal(constants.signals[signal])
  process.kill(process.pid, signal)
  await new Promise(resolve => setTimeout(resolve, 100))
}
