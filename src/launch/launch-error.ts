import { type CodeTable, type ErrorDetail, FlavorError, type FlavorErrorOptions } from '../format/flavor-error.ts'

const starting = { exit: 1, launcherExit: 104 } as const
const usage = { exit: 2, launcherExit: 105 } as const
const file = { exit: 1, launcherExit: 106 } as const
const missing = { exit: 1, launcherExit: 110 } as const

/** Every way in which a launch can fail beside those of the package and of the work environment. */
export const LAUNCH_CODES = {
  LAUNCHER_BARE: { ...file, launcherExit: 102, meaning: 'the launcher carries no package' },
  SELF_NOT_FOUND: { ...file, meaning: 'the launcher cannot find its own file', spec: '§8.3' },
  SELF_NOT_READABLE: { ...file, meaning: 'the packed file may be run but not read', spec: '§8.3' },
  COMMAND_UNKNOWN: { ...usage, meaning: 'FLAVOR_COMMAND names no command of the package', spec: '§8.1' },
  LAUNCHER_CLI_UNKNOWN: { ...usage, meaning: 'there is no such command of the launcher', spec: '§8.4' },
  LAUNCHER_CLI_USAGE: { ...usage, meaning: 'a command of the launcher has wrong arguments', spec: '§8.4' },
  PLATFORM_WRONG: { ...missing, meaning: 'the package was made for another system or processor', spec: '§8.1' },
  LIBC_TOO_OLD: { ...missing, meaning: 'the C library is older than the package needs', spec: '§8.1' },
  PROGRAM_MISSING: { ...starting, meaning: 'the program is not there', spec: '§8.1' },
  PROGRAM_REFUSED: { ...starting, meaning: 'the system does not let the program run', spec: '§8.1' },
  PROGRAM_FORMAT: { ...starting, meaning: 'the program is nothing that this system can run', spec: '§8.1' },
  PROGRAM_INTERPRETER: { ...starting, meaning: 'the interpreter that a program names is not there', spec: '§8.1' },
  PROGRAM_ARGUMENTS: { ...starting, meaning: 'arguments or environment cannot be passed on', spec: '§8.1' },
  PROGRAM_START: { ...starting, meaning: 'the system could not start the program', spec: '§8.1' },
  SETUP_FAILED: { ...starting, meaning: 'a setup command of the package failed', spec: '§7.5' },
  SETUP_PATH: { ...starting, meaning: 'a setup command names a path outside of the work environment', spec: '§7.5' },
  SETUP_MODE: { ...starting, meaning: 'a setup command sets special mode bits', spec: '§7.5' },
  LAUNCH_INTERNAL: { exit: 1, launcherExit: 101, meaning: 'a bug in the launcher' },
} as const satisfies CodeTable

export type LaunchCode = keyof typeof LAUNCH_CODES

/** A launch that failed before the program ran. */
export class LaunchError extends FlavorError {
  declare readonly code: LaunchCode

  constructor(code: LaunchCode, message: string, detail: ErrorDetail = {}, options: FlavorErrorOptions = {}) {
    super(LAUNCH_CODES[code], code, message, detail, options)
  }
}

/** Everything that can be thrown, as one of our errors: what is none is a bug, or a refusal that nobody foresaw. */
export function asLaunchFailure(thrown: unknown): FlavorError {
  if (thrown instanceof FlavorError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const hint = 'please report this; FLAVOR_LOG_LEVEL=debug shows where it happened'
  return new LaunchError('LAUNCH_INTERNAL', message, {}, { cause: thrown, hint })
}
