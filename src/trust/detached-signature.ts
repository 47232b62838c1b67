import { ED25519_KEY_SIZE, ED25519_SIGNATURE_SIZE, verifyEd25519 } from '../crypto/ed25519.ts'
import { type Signer, signWith } from '../crypto/signer.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { TrustError } from './trust-error.ts'
import { type LineKind, lineError, type TrustLine, trustLines } from './trust-lines.ts'

const TYPE = 'flavor-signature'
const MAX_SIGNATURES = 256

const KIND: LineKind = {
  code: 'DETACHED_SIGNATURE',
  maxBytes: 1024 * 1024,
  fields: 4,
  type: TYPE,
  spec: 'trust §7.1',
}

/** trust §7.1: one line of a file of signatures. */
export interface DetachedSignature {
  readonly publicKey: Uint8Array
  readonly signature: Uint8Array
  readonly comment: string
}

/** trust §7.1: what is signed of a file whose SHA-256 this is, in 64 hex digits. */
function signedBytes(hash: string): Uint8Array {
  return Buffer.from(`flavor-signature 1\n${hash}\n`)
}

/** @throws CryptoError KEY_COMMAND */
export async function signDetached(hash: string, key: Signer, comment = ''): Promise<DetachedSignature> {
  return { publicKey: key.publicKey, signature: await signWith(key, signedBytes(hash)), comment }
}

/** One line without its LF. */
export function formatDetached({ publicKey, signature, comment }: DetachedSignature): string {
  const plain = comment.replace(/[\0\r\n]+/g, ' ').trim()
  return `${TYPE} ${encodeBase64(publicKey)} ${encodeBase64(signature)}${plain === '' ? '' : ` ${plain}`}`
}

/**
 * trust §7.1: the signatures of a file, each of which fits the file whose hash this is.
 * @throws TrustError DETACHED_SIGNATURE
 */
export function parseDetached(bytes: Uint8Array, where: string, hash: string): DetachedSignature[] {
  const lines = trustLines(bytes, where, KIND)
  if (lines.length === 0 || lines.length > MAX_SIGNATURES) {
    const want = `1 to ${MAX_SIGNATURES}`
    const message = `${where}: has ${lines.length} signatures, expected ${want} (trust §7.1)`
    throw new TrustError('DETACHED_SIGNATURE', message, { file: where, got: `${lines.length}`, want })
  }
  return lines.map(line => parseLine(line, where, hash))
}

function parseLine({ fields, number }: TrustLine, where: string, hash: string): DetachedSignature {
  const [type = '', key = '', signed = '', comment = ''] = fields
  if (type !== TYPE) throw lineError(KIND, where, number, type, TYPE)
  const publicKey = decodeBase64(key, ED25519_KEY_SIZE)
  if (publicKey === undefined) throw lineError(KIND, where, number, key, 'base64 of a public key')
  const signature = decodeBase64(signed, ED25519_SIGNATURE_SIZE)
  if (signature === undefined || !verifyEd25519(signature, signedBytes(hash), publicKey)) {
    const hint = 'it is of another file, or of this one before it was packed anew: remove the line'
    throw lineError(KIND, where, number, signed, 'a signature of this file by the key of the line', hint)
  }
  return { publicKey, signature, comment }
}
