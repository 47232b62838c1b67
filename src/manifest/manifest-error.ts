import { type CodeTable, type ErrorDetail, FlavorError, type FlavorErrorOptions } from '../format/flavor-error.ts'

const refused = { exit: 1, launcherExit: 109 } as const

/** Every way in which a manifest can fail to describe a project. `detail` holds `file`, `line`, `column`, `field`, `got` and `want`. */
export const MANIFEST_CODES = {
  MANIFEST_READ: { ...refused, meaning: 'the manifest cannot be read, or is of no kind that we know' },
  MANIFEST_SYNTAX: { ...refused, meaning: 'the manifest is not TOML or JSON' },
  MANIFEST_MISSING: { ...refused, meaning: 'a required field of the manifest is missing' },
  MANIFEST_VALUE: { ...refused, meaning: 'a field of the manifest has the wrong type or an impossible value' },
  MANIFEST_KEY: { ...refused, meaning: 'the manifest has a key that means nothing' },
  MANIFEST_COMMAND: { ...refused, meaning: 'the manifest leaves open what the package runs' },
  MANIFEST_OPERATION: { ...refused, meaning: 'a slot asks for an operation that is unknown or that we cannot apply' },
  MANIFEST_SOURCE: { ...refused, meaning: 'a path in the manifest leads to nothing, or to the wrong kind of thing' },
} as const satisfies CodeTable

export type ManifestCode = keyof typeof MANIFEST_CODES

/** A manifest that does not say what it must, or says what nobody understands. */
export class ManifestError extends FlavorError {
  declare readonly code: ManifestCode

  constructor(code: ManifestCode, message: string, detail: ErrorDetail = {}, options: FlavorErrorOptions = {}) {
    super(MANIFEST_CODES[code], code, message, detail, options)
  }
}
