import { type CodeTable, type ErrorDetail, FlavorError, type FlavorErrorOptions } from '../format/flavor-error.ts'

const usage = { exit: 2, launcherExit: 105 } as const
const failure = { exit: 1, launcherExit: 106 } as const

/** What the command line itself can refuse; everything else is an error of the room that did the work. */
export const CLI_CODES = {
  VERB_UNKNOWN: { ...usage, meaning: 'there is no such verb' },
  VERB_MISSING: { ...usage, meaning: 'no verb was given' },
  FLAG_UNKNOWN: { ...usage, meaning: 'the verb has no such flag' },
  FLAG_VALUE: { ...usage, meaning: 'the value of a flag is missing, not wanted or not one of those allowed' },
  FLAG_REPEATED: { ...usage, meaning: 'a flag with a value was given more than once' },
  FLAG_CONFLICT: { ...usage, meaning: 'two flags exclude each other' },
  ARGUMENT_MISSING: { ...usage, meaning: 'a required argument was not given' },
  ARGUMENT_VALUE: { ...usage, meaning: 'an argument is not one of those allowed, or names nothing that is there' },
  ARGUMENT_EXTRA: { ...usage, meaning: 'there are more arguments than the verb takes' },
  CONFIRMATION: { ...usage, meaning: 'a question cannot be asked without a terminal' },
  NOTHING_THERE: { ...failure, meaning: 'there is nothing to do the work on' },
  DEMO_FAILED: { ...failure, meaning: 'the packed demonstration does not run' },
  SYSTEM: { ...failure, meaning: 'the operating system refused something that nobody expected it to refuse' },
  INTERNAL: { exit: 1, launcherExit: 101, meaning: 'a bug in flavor' },
} as const satisfies CodeTable

export type CliCode = keyof typeof CLI_CODES

/** A refusal by the command line. */
export class CliError extends FlavorError {
  declare readonly code: CliCode

  constructor(code: CliCode, message: string, detail: ErrorDetail = {}, options: FlavorErrorOptions = {}) {
    super(CLI_CODES[code], code, message, detail, options)
  }
}
