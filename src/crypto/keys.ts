import { randomBytes } from 'node:crypto'
import { CryptoError } from './crypto-error.ts'
import { ED25519_KEY_SIZE, isStrictPoint, type KeyPair, PKCS8_PREFIX, publicKeyOfSeed, SPKI_PREFIX } from './ed25519.ts'
import { decryptKey, ENCRYPTED_LABEL, encryptKey } from './encrypted-key.ts'
import { encodePem, looksLikePem, type PemBlock, parsePem } from './pem.ts'
import { sha256 } from './sha256.ts'

export type { KeyPair } from './ed25519.ts'

const PRIVATE_LABEL = 'PRIVATE KEY'
const PUBLIC_LABEL = 'PUBLIC KEY'
/** The reference's Rust builder reads raw bytes under this label. */
const RAW_PRIVATE_LABEL = 'ED25519 PRIVATE KEY'

/** What to do about a block of another kind. */
const LABEL_HINTS: Readonly<Record<string, string>> = {
  [PRIVATE_LABEL]: 'this is the private key: pass the public one, and keep this one to yourself',
  [RAW_PRIVATE_LABEL]: 'this is the private key: pass the public one, and keep this one to yourself',
  [PUBLIC_LABEL]: 'this is the public key: pass the private one',
  [ENCRYPTED_LABEL]: 'this is the private key: pass the public one, and keep this one to yourself',
  'OPENSSH PRIVATE KEY': 'OpenSSH keys are not read: make a key with `flavor keygen`',
}

/** A new key from the system's random source. */
export function generateKeyPair(): KeyPair {
  return keyPairFromSeed(new Uint8Array(randomBytes(ED25519_KEY_SIZE)))
}

/** The key of a 32-byte seed. The seed is copied. */
export function keyPairFromSeed(seed: Uint8Array): KeyPair {
  return { seed: new Uint8Array(seed), publicKey: publicKeyOfSeed(seed) }
}

/** Spec §5.7: the key whose seed is the SHA-256 of the text in UTF-8. As strong as the text: for tests and demonstrations. */
export function keyPairFromSeedText(text: string): KeyPair {
  return keyPairFromSeed(sha256(new TextEncoder().encode(text)))
}

/**
 * Spec §5.7: a private key in any form that the reference's tools write: PKCS#8 PEM, PEM around raw bytes, or raw bytes, these
 * being 32 (seed) or 64 (seed and public key, which must belong together); or PKCS#8 PEM under a passphrase. Messages never quote
 * the bytes.
 * @throws CryptoError KEY_FORMAT, KEY_MISMATCH, KEY_ENCRYPTED, KEY_PASSPHRASE
 */
export function parsePrivateKey(bytes: Uint8Array, where: string, passphrase?: string): KeyPair {
  if (!looksLikePem(bytes)) return rawPrivateKey(bytes, where)
  const block = parsePem(bytes, where)
  if (block.label === ENCRYPTED_LABEL) {
    if (passphrase === undefined) throw encryptedKey(where)
    return keyPairFromSeed(decryptKey(block.bytes, passphrase, where))
  }
  if (block.label === RAW_PRIVATE_LABEL) return rawPrivateKey(block.bytes, where)
  if (block.label !== PRIVATE_LABEL) throw wrongLabel(block, where, `${PRIVATE_LABEL} or ${RAW_PRIVATE_LABEL}`)
  const seed = afterPrefix(block.bytes, PKCS8_PREFIX)
  return seed === undefined ? rawPrivateKey(block.bytes, where) : keyPairFromSeed(seed)
}

/**
 * Spec §5.7: a public key as SubjectPublicKeyInfo PEM, PEM around the raw 32 bytes, or the raw 32 bytes.
 * @throws CryptoError KEY_FORMAT, KEY_WEAK
 */
export function parsePublicKey(bytes: Uint8Array, where: string): Uint8Array<ArrayBuffer> {
  if (!looksLikePem(bytes)) return rawPublicKey(bytes, where)
  const block = parsePem(bytes, where)
  if (block.label !== PUBLIC_LABEL) throw wrongLabel(block, where, PUBLIC_LABEL)
  return rawPublicKey(afterPrefix(block.bytes, SPKI_PREFIX) ?? block.bytes, where)
}

/** PKCS#8 PEM, byte for byte as OpenSSL writes it (119 bytes). */
export function encodePrivateKeyPem(key: KeyPair): string {
  return encodePem(PRIVATE_LABEL, Buffer.concat([PKCS8_PREFIX, key.seed]))
}

/** PKCS#8 PEM under a passphrase: scrypt and AES-256, which `openssl pkey` reads. */
export function encodeEncryptedKeyPem(key: KeyPair, passphrase: string): string {
  return encodePem(ENCRYPTED_LABEL, encryptKey(key.seed, passphrase))
}

/** Whether the bytes are a private key that needs a passphrase. */
export function isEncryptedKey(bytes: Uint8Array): boolean {
  return (
    looksLikePem(bytes) &&
    Buffer.from(bytes).toString('latin1').trimStart().startsWith(`-----BEGIN ${ENCRYPTED_LABEL}-----`)
  )
}

/** No passphrase was given, and nobody can be asked for it. */
export function encryptedKey(where: string): CryptoError {
  const message = `${where}: the private key is encrypted, expected a passphrase, and there is no terminal to ask for it`
  const hint = 'pass --passphrase env:NAME or --passphrase file:PATH, never the passphrase itself'
  return new CryptoError('KEY_ENCRYPTED', message, { file: where }, { hint })
}

/** SubjectPublicKeyInfo PEM, byte for byte as OpenSSL writes it (113 bytes). */
export function encodePublicKeyPem(publicKey: Uint8Array): string {
  return encodePem(PUBLIC_LABEL, Buffer.concat([SPKI_PREFIX, publicKey]))
}

function rawPrivateKey(bytes: Uint8Array, where: string): KeyPair {
  if (bytes.length !== ED25519_KEY_SIZE && bytes.length !== 2 * ED25519_KEY_SIZE) {
    throw wrongLength(bytes, where, 'an Ed25519 private key: PKCS#8 PEM, or 32 or 64 raw bytes')
  }
  const key = keyPairFromSeed(bytes.subarray(0, ED25519_KEY_SIZE))
  const stated = bytes.subarray(ED25519_KEY_SIZE)
  if (stated.length > 0 && Buffer.compare(stated, key.publicKey) !== 0) {
    throw new CryptoError(
      'KEY_MISMATCH',
      `${where}: the public half of the private key does not belong to its seed (spec §5.7)`,
      { file: where, field: 'public key' },
      { hint: 'the file is damaged or was put together from two keys' },
    )
  }
  return key
}

function rawPublicKey(bytes: Uint8Array, where: string): Uint8Array<ArrayBuffer> {
  if (bytes.length !== ED25519_KEY_SIZE) throw wrongLength(bytes, where, 'an Ed25519 public key: PEM, or 32 raw bytes')
  if (!isStrictPoint(bytes)) {
    throw new CryptoError(
      'KEY_WEAK',
      `${where}: the public key is a point of small order or not canonical, expected one that a seed gives (spec §5.7)`,
      { file: where, field: 'public key' },
      { hint: 'anyone can sign for such a key: whoever gave it to you may mean harm' },
    )
  }
  return new Uint8Array(bytes)
}

function afterPrefix(bytes: Uint8Array, prefix: Uint8Array): Uint8Array | undefined {
  if (bytes.length !== prefix.length + ED25519_KEY_SIZE) return undefined
  return Buffer.compare(bytes.subarray(0, prefix.length), prefix) === 0 ? bytes.subarray(prefix.length) : undefined
}

function wrongLength(bytes: Uint8Array, where: string, want: string): CryptoError {
  return new CryptoError('KEY_FORMAT', `${where}: found ${bytes.length} bytes, expected ${want} (spec §5.7)`, {
    file: where,
    got: `${bytes.length} bytes`,
    want,
  })
}

function wrongLabel(block: PemBlock, where: string, want: string): CryptoError {
  const hint = LABEL_HINTS[block.label]
  return new CryptoError(
    'KEY_FORMAT',
    `${where}: the PEM block is "${block.label}", expected ${want} (spec §5.7)`,
    { file: where, field: 'label', got: block.label, want },
    hint === undefined ? {} : { hint },
  )
}
