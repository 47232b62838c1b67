import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { zstd } from '../../src/codecs/zstd.ts'
import { collect, inPieces, pieceLengths } from './streams.ts'

const CONTEXT = { where: 'slot 1', maxBytes: 4_000_000 }
const TEXT = Buffer.from('hello, hello, hello, hello, hello')
const CHECKSUM = { params: { [constants.ZSTD_c_checksumFlag]: 1 } }
const FRAME = zstdCompressSync(TEXT, CHECKSUM)
const SKIPPABLE = Buffer.from('502a4d180400000028b52ffd', 'hex')
/** Larger than a window of the codec's blocks, neither random nor flat. */
const LARGE = Buffer.from(Array.from({ length: 300_000 }, (_, n) => `${(n * n) % 9973} `).join(''))
const decode = (bytes: Uint8Array, lengths: readonly number[] = [65536]) =>
  collect(zstd.decode(inPieces(bytes, lengths), CONTEXT))
const encode = (
  bytes: Uint8Array,
  lengths: readonly number[] = [65536],
  effort: 'fast' | 'default' | 'release' = 'fast',
) => collect(zstd.encode?.(inPieces(bytes, lengths), { effort }) ?? [])

test('§4.4 decodes frames, skippable ones included, whatever the chunks are', async () => {
  const small = fc.uint8Array({ maxLength: 3000, size: 'max' })
  await fc.assert(
    fc.asyncProperty(fc.array(small, { minLength: 1, maxLength: 4 }), pieceLengths, async (parts, lengths) => {
      const stored = Buffer.concat(parts.flatMap(part => [SKIPPABLE, zstdCompressSync(part)]))
      expect((await decode(stored, lengths)).equals(Buffer.concat(parts))).toBe(true)
    }),
  )
})

test('§4.4 takes a stream of skippable frames for an empty one', async () => {
  expect(await decode(Buffer.concat([SKIPPABLE, SKIPPABLE]))).toHaveLength(0)
})

test('§4.3 encodes the same bytes whatever the chunks are; zlib decodes them', async () => {
  const whole = await encode(LARGE)
  for (const lengths of [[1000], [131_072], [131_071, 3], [2_000_000]]) {
    expect((await encode(LARGE, lengths)).equals(whole)).toBe(true)
  }
  expect(zstdDecompressSync(whole).equals(LARGE)).toBe(true)
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 3000, size: 'max' }), pieceLengths, async (bytes, lengths) => {
      const encoded = await encode(bytes)
      expect((await encode(bytes, lengths)).equals(encoded)).toBe(true)
      expect(zstdDecompressSync(encoded).equals(bytes)).toBe(true)
    }),
    { numRuns: 30 },
  )
})

test('§4.6 frames carry their size where it is known, and no checksum beside the signed one', async () => {
  const stated = await collect(zstd.encode?.([TEXT], { effort: 'fast', size: TEXT.length }) ?? [])
  expect((stated[4] ?? 0) & 0x24).toBe(0x20)
  expect(stated[5]).toBe(TEXT.length)
  expect(((await encode(TEXT))[4] ?? 0) & 0x04).toBe(0)
})

test('a stated size that is not that of the input fails', async () => {
  const encoding = collect(zstd.encode?.([TEXT], { effort: 'fast', size: TEXT.length + 1 }) ?? [])
  await expect(encoding).rejects.toMatchObject({ code: 'ENCODE_FAILED' })
})

test('more effort gives smaller frames, which stay within the window that readers hold', async () => {
  const sizes = []
  for (const effort of ['fast', 'default', 'release'] as const) {
    const encoded = await encode(LARGE, [65536], effort)
    sizes.push(encoded.length)
    expect((await decode(encoded)).equals(LARGE)).toBe(true)
  }
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a))
})

test.each([
  ['text behind the frame', Buffer.concat([FRAME, Buffer.from('text')]), 'ZSTD_TRAILING'],
  ['one byte behind the frame, which zlib ignores', Buffer.concat([FRAME, Buffer.of(0)]), 'ZSTD_TRAILING'],
  ['a frame cut off', FRAME.subarray(0, -1), 'TRUNCATED'],
  ['nothing', Buffer.alloc(0), 'TRUNCATED'],
  ['a second frame cut off', Buffer.concat([FRAME, FRAME.subarray(0, -1)]), 'TRUNCATED'],
  ['a wrong checksum', changed(FRAME, FRAME.length - 1), 'ZSTD_DATA'],
  ['a wrong checksum in the second frame', Buffer.concat([FRAME, changed(FRAME, FRAME.length - 1)]), 'ZSTD_DATA'],
])('§4.4 refuses %s', async (_, bytes, code) => {
  for (const length of [1, 65536]) await expect(decode(bytes, [length])).rejects.toMatchObject({ code })
})

test('§4.4 refuses a bomb at the first byte too many', async () => {
  const bomb = zstdCompressSync(Buffer.alloc(40_000_000))
  expect(bomb.length).toBeLessThan(5000)
  let seen = 0
  const reading = (async () => {
    for await (const bytes of zstd.decode([bomb], CONTEXT)) seen += bytes.length
  })()
  await expect(reading).rejects.toMatchObject({ code: expect.stringMatching(/^(DECODED_TOO_LONG|ZSTD_WINDOW)$/) })
  expect(seen).toBeLessThanOrEqual(CONTEXT.maxBytes)
})

test('no change of one byte of a frame decodes to anything else', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(FRAME.length - 1), fc.integer({ min: 1, max: 255 }), async (offset, change) => {
      const result = await decode(changed(FRAME, offset, change)).catch(error => error)
      if (result instanceof Error) expect(result).toMatchObject({ name: 'CodecError' })
      else expect(result.equals(TEXT)).toBe(true)
    }),
  )
})

test('an error of the input is not taken for one of the stream', async () => {
  const failure = new Error('disk')
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield FRAME
    throw failure
  }
  await expect(collect(zstd.decode(failing(), CONTEXT))).rejects.toBe(failure)
})

function changed(bytes: Uint8Array, offset: number, change = 1): Buffer {
  const copy = Buffer.from(bytes)
  copy[offset] = (copy[offset] ?? 0) ^ change
  return copy
}
