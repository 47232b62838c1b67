import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decryptKey, ENCRYPTED_LABEL, encryptKey } from '../../src/crypto/encrypted-key.ts'
import { encodePrivateKeyPem, generateKeyPair, keyPairFromSeedText } from '../../src/crypto/keys.ts'
import { encodePem, parsePem } from '../../src/crypto/pem.ts'
import { runs } from '../support/runs.ts'
import { scratch } from '../support/scratch.ts'

const KEY = keyPairFromSeedText('test123')
const PASSPHRASE = 'correct horse, größer'
const code = (expected: string) => expect.objectContaining({ code: expected })

function openssl(words: readonly string[], input: string | Uint8Array = ''): Buffer {
  return execFileSync('openssl', words, { input, env: { ...process.env, KEY_PASS: PASSPHRASE }, stdio: 'pipe' })
}

test('§5.7 what is encrypted is opened by its passphrase alone, and no two files are alike', () => {
  const [one, two] = [encryptKey(KEY.seed, PASSPHRASE), encryptKey(KEY.seed, PASSPHRASE)]
  expect(decryptKey(one, PASSPHRASE, 'key')).toEqual(KEY.seed)
  expect(one).not.toEqual(two)
  expect(Buffer.from(one).includes(KEY.seed)).toBe(false)
  for (const wrong of ['correct horse', '', 'correct horse, grösser']) {
    expect(() => decryptKey(one, wrong, 'key')).toThrow(code('KEY_PASSPHRASE'))
  }
})

/** RFC 8018 §A.4: the parameters that make guesses dear, where a reader of DER finds them. */
test.skipIf(!runs('openssl'))('§5.7 openssl finds scrypt with N 16384, r 8, p 5 and a salt of 16 bytes', () => {
  const shown = openssl(['asn1parse', '-inform', 'DER'], encryptKey(KEY.seed, PASSPHRASE)).toString()
  const fields = [...shown.matchAll(/prim: (?:OBJECT|INTEGER) +:(.*)/g)].map(match => match[1]?.trim())
  expect(fields).toEqual(['PBES2', 'scrypt', '4000', '08', '05', 'aes-256-cbc'])
  expect(shown).toMatch(/l= +16 prim: OCTET STRING/)
})

test.skipIf(!runs('openssl'))('§5.7 openssl reads our encrypted keys', () => {
  const path = join(scratch(), 'key')
  for (const key of [KEY, generateKeyPair()]) {
    writeFileSync(path, encodePem(ENCRYPTED_LABEL, encryptKey(key.seed, PASSPHRASE)))
    expect(openssl(['pkey', '-in', path, '-passin', 'env:KEY_PASS']).toString()).toBe(encodePrivateKeyPem(key))
  }
})

test.skipIf(!runs('openssl')).each([
  ['scrypt', ['-scrypt']],
  ['PBKDF2 with SHA-256', ['-v2', 'aes-256-cbc', '-iter', '20000']],
  ['PBKDF2 with SHA-512 and AES-128', ['-v2', 'aes-128-cbc', '-v2prf', 'hmacWithSHA512']],
])('§5.7 reads what openssl encrypts with %s', (_, flags) => {
  const [plain, path] = [join(scratch(), 'plain'), join(scratch(), 'key')]
  writeFileSync(plain, encodePrivateKeyPem(KEY), { mode: 0o600 })
  openssl(['pkcs8', '-topk8', '-in', plain, '-out', path, '-passout', 'env:KEY_PASS', ...flags])
  const { label, bytes } = parsePem(readFileSync(path), 'key')
  expect(label).toBe(ENCRYPTED_LABEL)
  expect(decryptKey(bytes, PASSPHRASE, 'key')).toEqual(KEY.seed)
  expect(() => decryptKey(bytes, 'wrong', 'key')).toThrow(code('KEY_PASSPHRASE'))
})

test.skipIf(!runs('openssl'))('§5.7 an encrypted key of another kind is named', () => {
  const path = join(scratch(), 'key')
  openssl(['genpkey', '-algorithm', 'X25519', '-aes256', '-pass', 'env:KEY_PASS', '-out', path])
  const { bytes } = parsePem(readFileSync(path), 'key')
  expect(() => decryptKey(bytes, PASSPHRASE, 'key')).toThrow(code('KEY_FORMAT'))
})

test('§5.7 no damaged bytes give another key, and no message holds the passphrase or the seed', () => {
  const good = encryptKey(KEY.seed, PASSPHRASE)
  fc.assert(
    fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      // Larger numbers for scrypt only make it slow, or are refused: OpenSSL's own limit.
      fc.pre(at < 55 || at > 65)
      const bytes = new Uint8Array(good)
      bytes[at] = (bytes[at] ?? 0) ^ change
      try {
        // The last bytes of the plaintext are the seed, and the scheme has no checksum: such a change gives a key, but not this one.
        expect(decryptKey(bytes, PASSPHRASE, 'key')).not.toEqual(KEY.seed)
      } catch (error) {
        expect(error).toMatchObject({ name: 'CryptoError', code: expect.stringMatching(/^KEY_(PASSPHRASE|FORMAT)$/) })
        expect(String(error)).not.toContain(PASSPHRASE)
      }
    }),
    { numRuns: 10 },
  )
})
