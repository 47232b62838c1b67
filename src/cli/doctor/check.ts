import { FlavorError } from '../../format/flavor-error.ts'

export type CheckStatus = 'ok' | 'warn' | 'fail'

/** One line of `flavor doctor`. */
export interface Check {
  readonly name: string
  /** `warn`: something will be slower, missing or done on demand. `fail`: something that was asked for cannot work. */
  readonly status: CheckStatus
  readonly detail: string
  /** What to do; absent where all is well. */
  readonly hint?: string
}

/** An error of a room as a line: the check is the attempt itself. */
export function failedCheck(name: string, error: unknown, status: CheckStatus = 'fail'): Check {
  if (!(error instanceof FlavorError)) throw error
  const line = { name, status, detail: error.message }
  return error.hint === undefined ? line : { ...line, hint: error.hint }
}
