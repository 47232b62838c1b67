import { crc32, deflateRawSync, gunzipSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gzip } from '../../src/codecs/gzip.ts'
import { collect, Endless, inPieces, pieceLengths } from './streams.ts'

const CONTEXT = { where: 'slot 1', maxBytes: 1_000_000 }
const TEXT = Buffer.from('hello, hello, hello')
const MEMBER = gzipSync(TEXT)
const decode = (bytes: Uint8Array, lengths: readonly number[] = [65536]) =>
  collect(gzip.decode(inPieces(bytes, lengths), CONTEXT))
const encode = (
  bytes: Uint8Array,
  effort: 'fast' | 'default' | 'release' = 'default',
  lengths: readonly number[] = [65536],
) => collect(gzip.encode?.(inPieces(bytes, lengths), { effort }) ?? [])

test('§4.4 decodes what zlib encodes, whatever the chunks are', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000, size: 'max' }), pieceLengths, async (bytes, lengths) => {
      expect(Buffer.compare(await decode(gzipSync(bytes), lengths), bytes)).toBe(0)
    }),
  )
})

test('§4.3 encodes the same bytes whatever the chunks are; zlib decodes them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5000, size: 'max' }), pieceLengths, async (bytes, lengths) => {
      const encoded = await encode(bytes)
      expect(Buffer.compare(await encode(bytes, 'default', lengths), encoded)).toBe(0)
      expect(Buffer.compare(gunzipSync(encoded), bytes)).toBe(0)
    }),
  )
})

test.each([
  ['fast', 4],
  ['default', 0],
  ['release', 2],
] as const)('§4.3 the header at effort %s has no time, no name and system 255', async (effort, flags) => {
  expect((await encode(TEXT, effort)).subarray(0, 10)).toEqual(Buffer.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, flags, 0xff))
})

test('the level counts', async () => {
  const bytes = Buffer.from(Array.from({ length: 20_000 }, (_, n) => `${(n * n) % 977} `).join(''))
  const [fast, release] = [await encode(bytes, 'fast'), await encode(bytes, 'release')]
  expect(release.length).toBeLessThan(fast.length)
})

test('§4.4 accepts the optional fields that gzip(1) writes', async () => {
  const header = Buffer.concat([
    Buffer.of(0x1f, 0x8b, 8, 0x02 | 0x04 | 0x08 | 0x10, 1, 2, 3, 4, 0, 3),
    Buffer.of(3, 0),
    Buffer.from('abc'),
    Buffer.from('name\0'),
    Buffer.from('comment\0'),
  ])
  const crc = Buffer.alloc(2)
  crc.writeUInt16LE(crc32(header) & 0xffff)
  const member = Buffer.concat([header, crc, MEMBER.subarray(10)])
  for (const length of [1, 7, 4096]) expect((await decode(member, [length])).equals(TEXT)).toBe(true)
  member[13] = 0x7a
  await expect(decode(member)).rejects.toMatchObject({ code: 'GZIP_HEADER', detail: { field: 'CRC-16' } })
})

test.each([
  ['a second member', MEMBER],
  ['zero padding, which gunzip takes', Buffer.alloc(512)],
  ['one byte', Buffer.of(0x1f)],
  ['eight bytes, as many as a footer', Buffer.alloc(8)],
  ['its own footer again', MEMBER.subarray(-8)],
])('§4.4 refuses behind the member %s', async (_, tail) => {
  for (const length of [1, 5, MEMBER.length, 65536]) {
    await expect(decode(Buffer.concat([MEMBER, tail]), [length])).rejects.toMatchObject({ code: 'GZIP_TRAILING' })
  }
})

test('§4.4 refuses a member cut off anywhere', async () => {
  for (let end = 0; end < MEMBER.length; end++) {
    await expect(decode(MEMBER.subarray(0, end), [3])).rejects.toMatchObject({ code: 'TRUNCATED' })
  }
})

test.each([
  ['another magic', [[1, 0x8c]], 'GZIP_HEADER'],
  ['another method', [[2, 7]], 'GZIP_HEADER'],
  ['a reserved flag, which could mean a field', [[3, 0x20]], 'GZIP_HEADER'],
  ['a damaged DEFLATE stream', [[10, 0xff]], 'GZIP_DATA'],
  ['a wrong CRC-32', [[MEMBER.length - 8, (MEMBER.at(-8) ?? 0) ^ 1]], 'GZIP_CRC'],
  ['a wrong length', [[MEMBER.length - 4, (MEMBER.at(-4) ?? 0) ^ 1]], 'GZIP_CRC'],
] as const)('§4.4 refuses %s', async (_, changes, code) => {
  const bytes = Buffer.from(MEMBER)
  for (const [offset, value] of changes) bytes[offset] = value
  await expect(decode(bytes)).rejects.toMatchObject({ code })
})

test('§10 refuses a header that never ends before it has searched far', async () => {
  async function* endlessName(): AsyncGenerator<Uint8Array> {
    yield Buffer.of(0x1f, 0x8b, 8, 0x08, 0, 0, 0, 0, 0, 3)
    yield* new Endless(Buffer.alloc(4096, 'x'))
  }
  await expect(collect(gzip.decode(endlessName(), CONTEXT))).rejects.toMatchObject({ code: 'GZIP_HEADER' })
})

test('§4.4 refuses a bomb at the first byte too many', async () => {
  const bomb = gzipSync(Buffer.alloc(20_000_000))
  expect(bomb.length).toBeLessThan(30_000)
  let seen = 0
  const reading = (async () => {
    for await (const bytes of gzip.decode([bomb], CONTEXT)) seen += bytes.length
  })()
  await expect(reading).rejects.toMatchObject({ code: 'DECODED_TOO_LONG' })
  expect(seen).toBeLessThanOrEqual(CONTEXT.maxBytes)
})

test('no change of one byte of a member decodes to anything else', async () => {
  const members = Buffer.concat([MEMBER.subarray(0, 10), deflateRawSync(TEXT), MEMBER.subarray(-8)])
  await fc.assert(
    fc.asyncProperty(fc.nat(members.length - 1), fc.integer({ min: 1, max: 255 }), async (offset, change) => {
      const bytes = Buffer.from(members)
      bytes[offset] = (bytes[offset] ?? 0) ^ change
      const result = await decode(bytes).catch(error => error)
      if (result instanceof Error) expect(result).toMatchObject({ name: 'CodecError' })
      else expect(result.equals(TEXT)).toBe(true)
    }),
  )
})

test('an error of the input is not taken for one of the stream', async () => {
  const failure = new Error('disk')
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield MEMBER
    throw failure
  }
  await expect(collect(gzip.decode(failing(), CONTEXT))).rejects.toBe(failure)
})
