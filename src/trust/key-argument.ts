import { readFileSync, statSync } from 'node:fs'
import { CryptoError } from '../crypto/crypto-error.ts'
import { isStrictPoint } from '../crypto/ed25519.ts'
import { readPublicKeyFile } from '../crypto/key-file.ts'
import { keyId } from '../crypto/key-id.ts'
import { isSameKey } from './base64.ts'
import { KEY_TYPE, type KeyLine, MAX_KEYS_FILE, parseKeyLines } from './key-line.ts'

/** A key that somebody gave; `names` is absent where the form has no place for them. */
export interface GivenKey extends Omit<KeyLine, 'names'> {
  readonly names?: readonly string[]
}

/**
 * Keys as users give them: a key line (trust §2.3), 64 hex digits, or a file with key lines, with PEM or with raw bytes (spec §5.7).
 * @throws TrustError TRUST_LINE; CryptoError KEY_FILE, KEY_FORMAT, KEY_WEAK
 */
export function readKeyArgument(text: string): GivenKey[] {
  const given = keysOf(text)
  for (const { publicKey } of given) refuseWeak(publicKey, text)
  return given
}

function keysOf(text: string): GivenKey[] {
  if (/^\s*flavor-ed25519\s/.test(text)) return parseKeyLines(Buffer.from(text), 'the key line')
  if (/^[0-9a-f]{64}$/i.test(text)) return [{ publicKey: new Uint8Array(Buffer.from(text, 'hex')), comment: '' }]
  if (holdsKeyLines(text)) return parseKeyLines(readFileSync(text), text)
  if (statSync(text, { throwIfNoEntry: false }) === undefined) throw notThere(text)
  return [{ publicKey: readPublicKeyFile(text), comment: '' }]
}

function notThere(text: string): CryptoError {
  const message = `${text}: is not there, expected a file with a public key, a key line, or 64 hex digits`
  const hint =
    '`flavor trust list` shows the keys that are pinned, `flavor trust show PACKAGE` the one that signed a package'
  return new CryptoError('KEY_FILE', message, { file: text }, { hint })
}

/** PEM and raw bytes hold no such word, and what cannot be read is for the reader of keys to say. */
function holdsKeyLines(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status?.isFile() !== true || status.size > MAX_KEYS_FILE) return false
  try {
    return new RegExp(`^[ \\t]*${KEY_TYPE}[ \\t]`, 'm').test(readFileSync(path, 'latin1'))
  } catch {
    return false
  }
}

function refuseWeak(publicKey: Uint8Array, where: string): void {
  if (isStrictPoint(publicKey)) return
  const message = `${where}: the public key is a point of small order or not canonical, expected one that a seed gives (spec §5.7)`
  const hint = 'anyone can sign for such a key: whoever gave it to you may mean harm'
  throw new CryptoError('KEY_WEAK', message, { file: where, field: 'public key' }, { hint })
}

/** A key that the caller demands (trust §7.2). */
export interface NamedKey {
  /** For messages. */
  readonly text: string
  readonly isKey: (publicKey: Uint8Array) => boolean
}

/**
 * The keys that one `--key` names: as `readKeyArgument`, or a key id of 16 digits, which tells keys apart but can be forged with enough
 * work.
 * @throws as `readKeyArgument`
 */
export function namedKeys(argument: string): NamedKey[] {
  const digits = argument.toLowerCase()
  if (/^[0-9a-f]{16}$/.test(digits)) return [{ text: digits, isKey: publicKey => keyId(publicKey) === digits }]
  const isFile = !/^[0-9a-f]{64}$/.test(digits) && !argument.includes(KEY_TYPE)
  return readKeyArgument(argument).map(({ publicKey }) => ({
    text: isFile ? `${keyId(publicKey)} as in ${argument}` : `the key ${keyId(publicKey)}`,
    isKey: other => isSameKey(other, publicKey),
  }))
}
