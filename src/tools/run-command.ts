import { execa } from 'execa'
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

/** Runs a program to its end. Failing is an answer, not an exception: the caller knows what it means. */
export async function runCommand(
  command: Command,
  args: readonly string[],
  options: RunOptions,
): Promise<CommandResult> {
  const [program, ...prefix] = command
  const result = await execa(program, [...prefix, ...args], {
    env: options.environment,
    extendEnv: false,
    reject: false,
    input: options.input ?? '',
    ...(options.directory === undefined ? {} : { cwd: options.directory }),
  })
  return {
    ok: !result.failed,
    ...(result.exitCode === undefined ? {} : { exitCode: result.exitCode }),
    stdout: result.stdout ?? '',
    stderr: result.stderr || (result.failed ? (result.shortMessage ?? '') : ''),
  }
}

/** The last lines that a program wrote, for a message: what went wrong stands at the end. */
export function lastLines(text: string, count = 4): string {
  return text.trim().split('\n').slice(-count).join('\n')
}
