import { createPrivateKey, createPublicKey } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  encodeEncryptedKeyPem,
  encodePrivateKeyPem,
  encodePublicKeyPem,
  encryptedKey,
  generateKeyPair,
  isEncryptedKey,
  keyPairFromSeed,
  keyPairFromSeedText,
  parsePrivateKey,
  parsePublicKey,
} from '../../src/crypto/keys.ts'
import { encodePem } from '../../src/crypto/pem.ts'

const KEY = keyPairFromSeedText('test')
const OTHER = keyPairFromSeedText('other')
const seedAndPublic = Buffer.concat([KEY.seed, KEY.publicKey])
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const code = (expected: string) => expect.objectContaining({ code: expected })

test.each([
  ['test123', 'ecd71870d1963316', 'd27367ba3d436463c468ecc68cfd2735b4d33b6be611355d72ac03666b47335d'],
  ['', 'e3b0c442', 'be907b4bac84fee5ce8811db2defc9bf0b2a2a2bbc3d54d8a2257ecd70441962'],
  ['test', '9f86d081', '67d3b5eaf0c0bf6b5a602d359daecc86a7a74053490ec37ae08e71360587c870'],
])('§5.7 the seed text "%s" gives the key that the reference builders derive', (text, seed, publicKey) => {
  const key = keyPairFromSeedText(text)
  expect(hex(key.seed).startsWith(seed)).toBe(true)
  expect(hex(key.publicKey)).toBe(publicKey)
})

test('§5.7 PEM is byte for byte what OpenSSL writes, 119 and 113 bytes', () => {
  const privatePem = encodePrivateKeyPem(KEY)
  const publicPem = encodePublicKeyPem(KEY.publicKey)
  expect([privatePem.length, publicPem.length]).toEqual([119, 113])
  expect(createPrivateKey(privatePem).export({ format: 'pem', type: 'pkcs8' })).toBe(privatePem)
  expect(createPublicKey(publicPem).export({ format: 'pem', type: 'spki' })).toBe(publicPem)
})

test.each([
  ['PKCS#8 PEM', Buffer.from(encodePrivateKeyPem(KEY))],
  ['32 raw bytes', KEY.seed],
  ['64 raw bytes', seedAndPublic],
  ['PEM around 32 raw bytes', Buffer.from(encodePem('PRIVATE KEY', KEY.seed))],
  ['PEM around 64 raw bytes', Buffer.from(encodePem('PRIVATE KEY', seedAndPublic))],
  ['PEM of the Rust builder', Buffer.from(encodePem('ED25519 PRIVATE KEY', KEY.seed))],
])('§5.7 reads a private key as %s', (_, bytes) => {
  expect(parsePrivateKey(bytes, 'key')).toEqual(KEY)
})

test.each([
  ['SubjectPublicKeyInfo PEM', Buffer.from(encodePublicKeyPem(KEY.publicKey))],
  ['32 raw bytes', KEY.publicKey],
  ['PEM around 32 raw bytes', Buffer.from(encodePem('PUBLIC KEY', KEY.publicKey))],
])('§5.7 reads a public key as %s', (_, bytes) => {
  expect(parsePublicKey(bytes, 'key')).toEqual(KEY.publicKey)
})

test.each([
  ['raw', Buffer.concat([KEY.seed, OTHER.publicKey])],
  ['in PEM', Buffer.from(encodePem('PRIVATE KEY', Buffer.concat([KEY.seed, OTHER.publicKey])))],
])('§5.7 refuses halves that do not belong together, %s: signing with them gives the seed away', (_, bytes) => {
  expect(() => parsePrivateKey(bytes, 'key')).toThrowError(code('KEY_MISMATCH'))
})

test.each([
  ['an empty file', Buffer.alloc(0)],
  ['33 bytes', Buffer.alloc(33)],
  ['the public key', Buffer.from(encodePublicKeyPem(KEY.publicKey))],
  ['an OpenSSH key', Buffer.from(encodePem('OPENSSH PRIVATE KEY', Buffer.alloc(100)))],
  ['PKCS#8 of another curve', Buffer.from(encodePem('PRIVATE KEY', otherCurve()))],
])('§5.7 refuses as a private key %s', (_, bytes) => {
  expect(() => parsePrivateKey(bytes, 'key')).toThrowError(code('KEY_FORMAT'))
})

test.each([
  ['an empty file', Buffer.alloc(0)],
  ['31 bytes', Buffer.alloc(31)],
  ['the private key', Buffer.from(encodePrivateKeyPem(KEY))],
  ['seed and public key', seedAndPublic],
])('§5.7 refuses as a public key %s', (_, bytes) => {
  expect(() => parsePublicKey(bytes, 'key')).toThrowError(code('KEY_FORMAT'))
})

test('§5.7 refuses a public key that anyone can sign for', () => {
  const identity = new Uint8Array(32)
  identity[0] = 1
  expect(() => parsePublicKey(identity, 'key')).toThrowError(code('KEY_WEAK'))
  expect(() => parsePublicKey(Buffer.from(encodePublicKeyPem(identity)), 'key')).toThrowError(code('KEY_WEAK'))
})

test('§5.7 an encrypted key wants its passphrase, and survives its file', () => {
  const bytes = Buffer.from(encodeEncryptedKeyPem(KEY, 'correct horse'))
  expect([isEncryptedKey(bytes), isEncryptedKey(Buffer.from(encodePrivateKeyPem(KEY)))]).toEqual([true, false])
  expect(parsePrivateKey(bytes, 'key', 'correct horse')).toEqual(KEY)
  expect(() => parsePrivateKey(bytes, 'key')).toThrowError(code('KEY_ENCRYPTED'))
  expect(() => parsePrivateKey(bytes, 'key', 'wrong')).toThrowError(code('KEY_PASSPHRASE'))
  expect(() => parsePublicKey(bytes, 'key')).toThrowError(code('KEY_FORMAT'))
  expect(encryptedKey('key').message).not.toContain('horse')
})

test('keys that are generated differ and survive PEM', () => {
  const first = generateKeyPair()
  expect(generateKeyPair().seed).not.toEqual(first.seed)
  expect(parsePrivateKey(Buffer.from(encodePrivateKeyPem(first)), 'key')).toEqual(first)
})

test('no bytes, as a file or in PEM, give anything but a key or a CryptoError that quotes none of them', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, pem) => {
      const file = pem ? Buffer.from(encodePem('PRIVATE KEY', bytes)) : bytes
      try {
        const key = parsePrivateKey(file, 'key')
        expect(keyPairFromSeed(key.seed)).toEqual(key)
      } catch (error) {
        expect(error).toMatchObject({ name: 'CryptoError', code: expect.stringMatching(/^KEY_(FORMAT|MISMATCH)$/) })
        expect(JSON.stringify(error)).not.toContain(bytes.length > 3 ? hex(bytes) : 'key material')
      }
    }),
  )
})

function otherCurve(): Uint8Array {
  const bytes = Buffer.from(encodePrivateKeyPem(KEY).split('\n')[1] ?? '', 'base64')
  bytes[11] = 0x6e // X25519
  return bytes
}
