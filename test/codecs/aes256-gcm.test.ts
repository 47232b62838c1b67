import { hkdfSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aes256Gcm, deriveSalt, encryptAes256Gcm } from '../../src/codecs/aes256-gcm.ts'
import { sha256 } from '../../src/crypto/sha256.ts'
import { collect, inPieces, pieceLengths } from './streams.ts'

const CHUNK = 64 * 1024
const SECRET = Buffer.alloc(32, 7)
const encrypt = (plain: Uint8Array, secret = SECRET, lengths: readonly number[] = [65536]) =>
  collect(encryptAes256Gcm(inPieces(plain, lengths), secret, deriveSalt(secret, sha256(plain))))
const decrypt = (stored: Uint8Array, secret = SECRET, lengths: readonly number[] = [65536]) =>
  collect(aes256Gcm.decode(inPieces(stored, lengths), { where: 'slot 1', maxBytes: 1e6, secret }))

test('§4.7 gives what was encrypted, whatever the chunks are, around the border of a chunk too', async () => {
  const length = fc.oneof(fc.nat(1000), fc.constantFrom(0, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK))
  await fc.assert(
    fc.asyncProperty(length, pieceLengths, async (size, lengths) => {
      const plain = Buffer.alloc(size, 'abc')
      const stored = await encrypt(plain, SECRET, lengths)
      expect(stored.length).toBe(64 + size + 16 * Math.max(1, Math.ceil(size / CHUNK)))
      expect((await decrypt(stored, SECRET, lengths)).equals(plain)).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test('§4.7 every changed bit and every other length is refused', async () => {
  const stored = await encrypt(Buffer.alloc(CHUNK + 100, 'abc'))
  await fc.assert(
    fc.asyncProperty(fc.nat(stored.length - 1), fc.nat(7), async (at, bit) => {
      const changed = Buffer.from(stored)
      changed[at] = (changed[at] ?? 0) ^ (1 << bit)
      await expect(decrypt(changed)).rejects.toMatchObject({ code: at < 64 ? 'SLOT_KEY_WRONG' : 'ENCRYPTED_DATA' })
      await expect(decrypt(stored.subarray(0, at))).rejects.toMatchObject({
        code: expect.stringMatching(/^(TRUNCATED|ENCRYPTED_DATA)$/),
      })
      await expect(decrypt(Buffer.concat([stored, Buffer.alloc(bit + 1)]))).rejects.toMatchObject({
        code: 'ENCRYPTED_DATA',
      })
    }),
    { numRuns: 60 },
  )
})

test('§4.7 nothing of a chunk comes out before its tag was checked', async () => {
  const stored = await encrypt(Buffer.alloc(3 * CHUNK))
  stored.writeUInt8(1, 64 + (CHUNK + 16) + 5)
  let seen = 0
  const read = async () => {
    for await (const bytes of aes256Gcm.decode([stored], { where: 'it', maxBytes: 1e6, secret: SECRET }))
      seen += bytes.length
  }
  await expect(read()).rejects.toMatchObject({ code: 'ENCRYPTED_DATA', message: expect.stringContaining('chunk 1') })
  expect(seen).toBe(CHUNK)
})

test('§4.7 the same content under the same key gives the same bytes; any other shares nothing', async () => {
  const [one, other] = [Buffer.from('one text'), Buffer.from('one tezt')]
  expect((await encrypt(one)).equals(await encrypt(one))).toBe(true)
  const salts = [
    deriveSalt(SECRET, sha256(one)),
    deriveSalt(SECRET, sha256(other)),
    deriveSalt(Buffer.alloc(32), sha256(one)),
  ]
  expect(new Set(salts.map(salt => Buffer.from(salt).toString('hex'))).size).toBe(3)
  const keys = salts.map(salt =>
    Buffer.from(hkdfSync('sha256', SECRET, salt, 'PSPF/2025 aes256-gcm', 32)).toString('hex'),
  )
  expect(new Set(keys).size).toBe(3)
})

test('§4.7 another key is told before anything is decrypted; no key decrypts nothing', async () => {
  const stored = await encrypt(Buffer.from('text'))
  await expect(decrypt(stored, Buffer.alloc(32))).rejects.toMatchObject({ code: 'SLOT_KEY_WRONG' })
  const context = { where: 'it', maxBytes: 100 }
  await expect(collect(aes256Gcm.decode([stored], context))).rejects.toMatchObject({ code: 'SLOT_KEY_WRONG' })
})
