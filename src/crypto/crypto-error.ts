import { type CodeTable, type ErrorDetail, FlavorError, type FlavorErrorOptions } from '../format/flavor-error.ts'

/** Every way in which key material can be refused. Bad signatures are no error here: `verifyEd25519` answers false. */
export const CRYPTO_CODES = {
  KEY_FORMAT: {
    exit: 1,
    launcherExit: 109,
    meaning: 'the bytes are no Ed25519 key in a form that we read',
    spec: '§5.7',
  },
  KEY_MISMATCH: {
    exit: 1,
    launcherExit: 109,
    meaning: 'the public half is not that of the private half',
    spec: '§5.7',
  },
  KEY_WEAK: {
    exit: 3,
    launcherExit: 107,
    meaning: 'the public key is not the canonical form of a point, or anyone can sign for it',
    spec: '§5.7',
  },
  KEY_FILE: {
    exit: 1,
    launcherExit: 109,
    meaning: 'a key file cannot be read or written',
  },
  KEY_FILE_MODE: {
    exit: 1,
    launcherExit: 109,
    meaning: 'others than its owner may read a private key file',
  },
  KEY_ENCRYPTED: {
    exit: 1,
    launcherExit: 109,
    meaning: 'the private key is encrypted, and there is no passphrase for it',
    spec: '§5.7',
  },
  KEY_PASSPHRASE: {
    exit: 1,
    launcherExit: 109,
    meaning: 'a passphrase does not open the private key, or was not typed the same way twice',
    spec: '§5.7',
  },
  KEY_PLAIN: {
    exit: 1,
    launcherExit: 109,
    meaning: 'a passphrase was named for a private key that is not encrypted',
  },
  KEY_COMMAND: {
    exit: 1,
    launcherExit: 109,
    meaning: 'the program of --key-command failed, took too long, or did not answer with a signature by the key',
  },
  SECRET_MISSING: {
    exit: 1,
    launcherExit: 109,
    meaning: 'the variable or the file that should hold a secret has none',
  },
  KEY_FILE_EXISTS: {
    exit: 1,
    launcherExit: 109,
    meaning: 'a key file exists and would be overwritten',
  },
} as const satisfies CodeTable

export type CryptoCode = keyof typeof CRYPTO_CODES

/** A refusal of key material. Neither the message nor `detail` ever holds bytes of a key. */
export class CryptoError extends FlavorError {
  declare readonly code: CryptoCode

  constructor(code: CryptoCode, message: string, detail: ErrorDetail = {}, options: FlavorErrorOptions = {}) {
    super(CRYPTO_CODES[code], code, message, detail, options)
  }
}
