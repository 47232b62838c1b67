import { spawnSync } from 'node:child_process'
import { CliError } from '../cli-error.ts'
import { plainLines } from '../ui/plain-text.ts'

export interface TimedRun {
  /** First line of what the program printed. */
  readonly output: string
  readonly milliseconds: number
}

/**
 * Runs a packed program and takes the time.
 * @throws CliError DEMO_FAILED
 */
export function timedRun(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  now: () => number,
): TimedRun {
  const started = now()
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', env: environment })
  const milliseconds = now() - started
  if (status === 0) return { output: stdout.split('\n')[0] ?? '', milliseconds }
  const end = error?.message ?? (signal === null ? `exit code ${status}` : signal)
  // A program that could not be started has written nothing, not even an empty text.
  const said = error === undefined ? `: ${plainLines(stderr)}` : ''
  const message = `${program} ${args.join(' ')}: ended with ${end}, expected 0${said}`
  throw new CliError('DEMO_FAILED', message, { file: program, got: end }, { cause: error })
}
