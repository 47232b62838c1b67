/** The exit classes of the CLI (docs/errors.md): 1 failure, 2 usage, 3 verification failed, 4 network or registry. */
export type CliExit = 1 | 2 | 3 | 4

/** The exit classes of a launcher and of `flavor run` for its own failures (spec §8.5). */
export type LauncherExit = 101 | 102 | 103 | 104 | 105 | 106 | 107 | 108 | 109 | 110

/** One row of a layer's code table. Code is for ever, the wording of `meaning` is not. */
export interface CodeRow {
  readonly meaning: string
  readonly exit: CliExit
  readonly launcherExit: LauncherExit
  /** The section of spec/pspf-2025.md or spec/workenv.md that demands the refusal. */
  readonly spec?: string
}

export type CodeTable = Readonly<Record<string, CodeRow>>

/** Values that locate a failure: `file`, `offset`, `line`, `slot`, `field`, `got`, `want` are the usual keys. */
export type ErrorDetail = Readonly<Record<string, string>>

export interface FlavorErrorOptions {
  readonly hint?: string
  readonly cause?: unknown
}

/**
 * What every layer's error is: a stable code, where it failed, what was found, what was expected, and what to do next.
 * Each layer has one subclass and one code table; `row` is the table's row for `code`.
 */
export abstract class FlavorError extends Error {
  readonly code: string
  readonly detail: ErrorDetail
  readonly hint: string | undefined
  readonly row: CodeRow

  protected constructor(row: CodeRow, code: string, message: string, detail: ErrorDetail, options: FlavorErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.row = row
    this.detail = detail
    this.hint = options.hint
  }
}
