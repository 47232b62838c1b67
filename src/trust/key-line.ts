import { ED25519_KEY_SIZE } from '../crypto/ed25519.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { matchesNames, parseNames } from './package-names.ts'
import { type LineKind, lineError, type TrustLine, trustLines } from './trust-lines.ts'

/** The first word of a key line. */
export const KEY_TYPE = 'flavor-ed25519'

/** trust §2.2. */
export const MAX_KEYS_FILE = 1024 * 1024

const KIND: LineKind = { code: 'TRUST_LINE', maxBytes: MAX_KEYS_FILE, fields: 4, type: KEY_TYPE, spec: 'trust §2.3' }

/** trust §2.3: a public key, and the packages that it may sign. */
export interface KeyLine {
  readonly publicKey: Uint8Array
  /** Patterns of escaped names. */
  readonly names: readonly string[]
  readonly comment: string
}

/**
 * trust §2.3: every key of a file. Whether a key is a weak one is not asked here: such a key fits no package (spec §5.7).
 * @throws TrustError TRUST_LINE
 */
export function parseKeyLines(bytes: Uint8Array, where: string): KeyLine[] {
  return trustLines(bytes, where, KIND).map(line => parseLine(line, where))
}

function parseLine({ fields, number }: TrustLine, where: string): KeyLine {
  const [type = '', key = '', patterns = '', comment = ''] = fields
  if (type !== KEY_TYPE) throw lineError(KIND, where, number, type, KEY_TYPE)
  const publicKey = decodeBase64(key, ED25519_KEY_SIZE)
  if (publicKey === undefined) throw lineError(KIND, where, number, key, 'base64 of the 32 bytes of a public key')
  const names = parseNames(patterns)
  if (names === undefined) throw lineError(KIND, where, number, patterns, 'names such as "httpie", "acme-*" or "a,b"')
  return { publicKey, names, comment }
}

/** One line without its LF, that `parseKeyLines` reads. */
export function formatKeyLine({ publicKey, names, comment }: KeyLine): string {
  const plain = comment.replace(/[\0\r\n]+/g, ' ').trim()
  return `${KEY_TYPE} ${encodeBase64(publicKey)} ${names.join(',')}${plain === '' ? '' : ` ${plain}`}`
}

/** trust §3: the keys that lines have for packages of this name. */
export function keysFor(lines: readonly KeyLine[], name: string): Uint8Array[] {
  return lines.filter(({ names }) => matchesNames(names, name)).map(({ publicKey }) => publicKey)
}
