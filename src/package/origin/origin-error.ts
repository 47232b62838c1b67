import { type CodeTable, type ErrorDetail, FlavorError, type FlavorErrorOptions } from '../../format/flavor-error.ts'

const untrue = { exit: 3, launcherExit: 102, spec: '§5.8' } as const

/** Every way in which what a package says about its origin can be wrong. */
export const ORIGIN_CODES = {
  ORIGIN_ABSENT: { exit: 1, launcherExit: 106, meaning: 'the package does not say what was asked for' },
  ORIGIN_SLOT: { ...untrue, meaning: 'the slot that is named for the origin cannot hold it' },
  SBOM_FORM: { ...untrue, meaning: 'the bill of materials is no CycloneDX 1.6' },
  PROVENANCE_FORM: { ...untrue, meaning: 'the provenance is no DSSE envelope around an in-toto statement' },
  PROVENANCE_SIGNATURE: { ...untrue, meaning: 'the provenance was not signed by the key of the package' },
  PROVENANCE_SUBJECT: { ...untrue, meaning: 'the provenance is about other bytes than those of the package' },
} as const satisfies CodeTable

export type OriginCode = keyof typeof ORIGIN_CODES

/** A failure of what a package says about where it came from. */
export class OriginError extends FlavorError {
  declare readonly code: OriginCode

  constructor(code: OriginCode, message: string, detail: ErrorDetail = {}, options: FlavorErrorOptions = {}) {
    super(ORIGIN_CODES[code], code, message, detail, options)
  }
}
