import { ED25519_KEY_SIZE, ED25519_SIGNATURE_SIZE, isStrictPoint, verifyEd25519 } from '../crypto/ed25519.ts'
import { type Signer, signWith } from '../crypto/signer.ts'
import { decodeBase64, encodeBase64, isSameKey } from './base64.ts'
import { matchesNames, parseNames } from './package-names.ts'
import { TrustError } from './trust-error.ts'
import { type LineKind, lineError, type TrustLine, trustLines } from './trust-lines.ts'

const TYPE = 'flavor-rotation'
/** trust §6: more are an attempt to keep a reader busy. */
const MAX_STATEMENTS = 64

const KIND: LineKind = { code: 'ROTATION_INVALID', maxBytes: 1024 * 1024, fields: 6, type: TYPE, spec: 'trust §6' }

/** trust §6: the holder of an old key says which new one takes its place. */
export interface Rotation {
  readonly names: readonly string[]
  readonly oldKey: Uint8Array
  readonly newKey: Uint8Array
}

/** trust §6: what the old key signs. */
function signedBytes({ names, oldKey, newKey }: Rotation): Uint8Array {
  return Buffer.from(`flavor-rotation 1\n${names.join(',')} ${encodeBase64(oldKey)} ${encodeBase64(newKey)}\n`)
}

/**
 * trust §6: the statement as one line, without its LF.
 * @throws CryptoError KEY_COMMAND
 */
export async function signRotation(names: readonly string[], oldKey: Signer, newKey: Uint8Array): Promise<string> {
  const rotation = { names, oldKey: oldKey.publicKey, newKey }
  const signature = await signWith(oldKey, signedBytes(rotation))
  return [TYPE, names.join(','), encodeBase64(oldKey.publicKey), encodeBase64(newKey), encodeBase64(signature)].join(
    ' ',
  )
}

/**
 * trust §6: the statements of a file, each signed by its old key.
 * @throws TrustError ROTATION_INVALID
 */
export function parseRotations(bytes: Uint8Array, where: string): Rotation[] {
  const lines = trustLines(bytes, where, KIND)
  if (lines.length > MAX_STATEMENTS) {
    const message = `${where}: has ${lines.length} statements, expected at most ${MAX_STATEMENTS} (trust §6)`
    throw new TrustError('ROTATION_INVALID', message, {
      file: where,
      got: `${lines.length}`,
      want: `${MAX_STATEMENTS}`,
    })
  }
  return lines.map(line => parseLine(line, where))
}

function parseLine({ fields, number }: TrustLine, where: string): Rotation {
  const [type = '', patterns = '', old = '', next = '', signed = ''] = fields
  const refuse = (got: string, want: string) => lineError(KIND, where, number, got, want)
  if (type !== TYPE) throw refuse(type, TYPE)
  const names = parseNames(patterns)
  if (names === undefined) throw refuse(patterns, 'names such as "httpie" or "acme-*" (trust §2.4)')
  const [oldKey, newKey] = [old, next].map(text => decodeBase64(text, ED25519_KEY_SIZE))
  if (oldKey === undefined || !isStrictPoint(oldKey)) throw refuse(old, 'base64 of the old public key')
  if (newKey === undefined || !isStrictPoint(newKey)) throw refuse(next, 'base64 of the new public key')
  if (isSameKey(oldKey, newKey)) throw refuse(next, 'another key than the old one')
  const signature = decodeBase64(signed, ED25519_SIGNATURE_SIZE)
  const rotation = { names, oldKey, newKey }
  if (signature === undefined || !verifyEd25519(signature, signedBytes(rotation), oldKey)) {
    throw refuse(signed, 'a signature of this statement by its old key')
  }
  return rotation
}

/** The statements of a file that `parseRotations` takes, as lines for the metadata of a package. */
export function rotationLines(bytes: Uint8Array, where: string): string[] {
  return trustLines(bytes, where, KIND).map(({ fields }) => fields.slice(0, -1).join(' '))
}

/** trust §6: whether statements lead from one key to the other for packages of this name. */
export function followsByRotation(
  rotations: readonly Rotation[],
  name: string,
  from: Uint8Array,
  to: Uint8Array,
): boolean {
  const steps = rotations.filter(({ names }) => matchesNames(names, name))
  const reached: Uint8Array[] = [from]
  for (const key of reached) {
    if (isSameKey(key, to)) return true
    for (const { oldKey, newKey } of steps) {
      if (isSameKey(oldKey, key) && !reached.some(known => isSameKey(known, newKey))) reached.push(newKey)
    }
  }
  return false
}
