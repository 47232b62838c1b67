import type { KeyObject } from 'node:crypto'
import { directOpenssl } from './openssl.ts'

/** Loaded at its first use. */
const nodeCrypto = () => process.getBuiltinModule('node:crypto')

/** Bytes of a seed, of a public key and of the encoding of a point (RFC 8032 §5.1.5). */
export const ED25519_KEY_SIZE = 32
export const ED25519_SIGNATURE_SIZE = 64

/** RFC 8410 §7: all of a PKCS#8 (version 1) Ed25519 key but the 32 bytes of its seed at the end. */
export const PKCS8_PREFIX: Uint8Array = Buffer.from('302e020100300506032b657004220420', 'hex')
/** RFC 8410 §4: all of a SubjectPublicKeyInfo but the 32 bytes of the public key at the end. */
export const SPKI_PREFIX: Uint8Array = Buffer.from('302a300506032b6570032100', 'hex')

/** The field's prime, 2^255 - 19. */
const P = 2n ** 255n - 19n
/** The order of the base point. */
const L = 2n ** 252n + 27742317777372353535851937790883648493n
/** One of the two y of the four points of order 8; the other is its negation. */
const Y_ORDER_8 = 0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7n

/**
 * The y of the eight points whose order divides 8, x being told apart by the sign bit. Under such a key, or with such an R, some
 * signatures hold for messages that nobody signed. The two encodings of x = 0 with the sign bit set (y = 1, y = -1) are among
 * them, so that a point outside of this set has exactly one encoding with y < p.
 */
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set([0n, 1n, P - 1n, Y_ORDER_8, P - Y_ORDER_8])

/** An Ed25519 key: the seed is secret, `publicKey` is derived from it. */
export interface KeyPair {
  readonly seed: Uint8Array
  readonly publicKey: Uint8Array
}

/** RFC 8032 §5.1.5: the public key of a 32-byte seed. */
export function publicKeyOfSeed(seed: Uint8Array): Uint8Array<ArrayBuffer> {
  const spki = nodeCrypto().createPublicKey(privateKeyObject(seed)).export({ format: 'der', type: 'spki' })
  return new Uint8Array(spki.subarray(SPKI_PREFIX.length))
}

/** RFC 8032 §5.1.6 (pure Ed25519, deterministic). The public key is derived again: a wrong half would give the seed away. */
export function signEd25519(message: Uint8Array, key: KeyPair): Uint8Array<ArrayBuffer> {
  return new Uint8Array(nodeCrypto().sign(null, message, privateKeyObject(key.seed)))
}

/**
 * Spec §5.7: strict verification, as ed25519-dalek's `verify_strict` with canonical keys. node:crypto solves the equation without
 * the cofactor and compares the bytes of R; whether it takes keys and points of small order or keys that are not canonical
 * depends on its OpenSSL (3.5.8 refuses the former, older ones do not). So all of these are refused first, and no two verifiers
 * can be made to disagree. Anything malformed is false.
 */
export function verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  if (signature.length !== ED25519_SIGNATURE_SIZE) return false
  if (!isStrictPoint(publicKey) || !isStrictPoint(signature.subarray(0, 32))) return false
  if (littleEndian(signature.subarray(32)) >= L) return false
  const answer = directOpenssl()?.verifyEd25519(signature, message, publicKey)
  return answer ?? nodeCrypto().verify(null, message, publicKeyObject(publicKey), signature)
}

/**
 * Spec §5.7: 32 bytes that encode y < p and no point of small order. Whether y belongs to the curve at all is left to the
 * equation, which fails where it does not.
 */
export function isStrictPoint(bytes: Uint8Array): boolean {
  if (bytes.length !== ED25519_KEY_SIZE) return false
  const y = BigInt.asUintN(255, littleEndian(bytes))
  return y < P && !SMALL_ORDER_Y.has(y)
}

function littleEndian(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 32)
  return (
    view.getBigUint64(0, true) |
    (view.getBigUint64(8, true) << 64n) |
    (view.getBigUint64(16, true) << 128n) |
    (view.getBigUint64(24, true) << 192n)
  )
}

function privateKeyObject(seed: Uint8Array): KeyObject {
  return nodeCrypto().createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
}

function publicKeyObject(publicKey: Uint8Array): KeyObject {
  return nodeCrypto().createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' })
}
