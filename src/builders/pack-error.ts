import { type CodeTable, type ErrorDetail, FlavorError, type FlavorErrorOptions } from '../format/flavor-error.ts'

const wrong = { exit: 1, launcherExit: 109 } as const

/** What packing can refuse before a builder or the writer is asked. */
export const PACK_CODES = {
  SOURCE_DATE: { ...wrong, meaning: 'SOURCE_DATE_EPOCH is not a time' },
  OUTPUT_PLACE: { ...wrong, meaning: 'the output cannot be where it was asked for' },
  LAUNCHER_NONE: { ...wrong, launcherExit: 110, meaning: 'there is no launcher of ours for this platform' },
  OPTION_UNUSED: { ...wrong, meaning: 'an option was given that means nothing for this kind of project' },
} as const satisfies CodeTable

export type PackCode = keyof typeof PACK_CODES

/** A wish that packing cannot fulfil. */
export class PackError extends FlavorError {
  declare readonly code: PackCode

  constructor(code: PackCode, message: string, detail: ErrorDetail = {}, options: FlavorErrorOptions = {}) {
    super(PACK_CODES[code], code, message, detail, options)
  }
}
