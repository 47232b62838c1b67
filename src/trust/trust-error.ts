import { type CodeTable, type ErrorDetail, FlavorError, type FlavorErrorOptions } from '../format/flavor-error.ts'

const refused = { exit: 3, launcherExit: 107 } as const
const settings = { exit: 1, launcherExit: 109 } as const

/** Every way in which trust is refused, or cannot be asked for. The sections are those of spec/trust.md. */
export const TRUST_CODES = {
  KEY_UNTRUSTED: { ...refused, meaning: 'a keyring has other keys for packages of this name', spec: 'trust §3' },
  KEY_UNEXPECTED: { ...refused, meaning: 'the package was signed by another key than --key names', spec: 'trust §7.2' },
  KEY_UNPINNED: { ...refused, meaning: 'no keyring has a key for packages of this name', spec: 'trust §4' },
  KEY_CHANGED: {
    ...refused,
    meaning: 'the package was signed by another key than those before it, and no rotation allows that',
    spec: 'trust §4',
  },
  VERSION_ROLLBACK: { ...refused, meaning: 'the package is older than one that was seen before', spec: 'trust §4' },
  ROTATION_INVALID: {
    ...refused,
    meaning: 'a statement of rotation is not one, or its signature is wrong',
    spec: 'trust §6',
  },
  DETACHED_SIGNATURE: {
    ...refused,
    meaning: 'a detached signature is not one, or does not fit the file',
    spec: 'trust §7.1',
  },
  THRESHOLD_MISSED: { ...refused, meaning: 'too few of the keys that count have signed', spec: 'trust §7.2' },
  PACKAGE_EXPIRED: { ...refused, meaning: 'the package is past the time that its maker set', spec: 'trust §8' },
  TRUST_FILE_READ: {
    ...settings,
    meaning: 'a file of trust is there and cannot be read, or there is no place for one',
    spec: 'trust §2.5',
  },
  TRUST_FILE_UNSAFE: {
    ...settings,
    meaning: 'a file of trust belongs to somebody else, or others can write to it',
    spec: 'trust §2.5',
  },
  TRUST_LINE: { ...settings, meaning: 'a file of trust has a line that means nothing', spec: 'trust §2.3' },
  TRUST_FILE_WRITE: { exit: 1, launcherExit: 106, meaning: 'a file of trust cannot be written', spec: 'trust §5.1' },
} as const satisfies CodeTable

export type TrustCode = keyof typeof TRUST_CODES

/** A refusal for want of trust. Keys in messages are public ones. */
export class TrustError extends FlavorError {
  declare readonly code: TrustCode

  constructor(code: TrustCode, message: string, detail: ErrorDetail = {}, options: FlavorErrorOptions = {}) {
    super(TRUST_CODES[code], code, message, detail, options)
  }
}
