import { zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { zstd } from '../../src/codecs/zstd.ts'
import { writeZstd, ZSTD_FRAME_CONTENT } from '../../src/codecs/zstd-writer.ts'
import { collect, inPieces } from './streams.ts'

interface Frame {
  readonly stored: Buffer
  readonly decoded: number
}

/** Reads the seek table from the end, as somebody who decodes frames in parallel does. */
function framesOf(stored: Buffer): Frame[] {
  expect(stored.readUInt32LE(stored.length - 4)).toBe(0x8f92eab1)
  expect(stored.readUInt8(stored.length - 5)).toBe(0)
  const count = stored.readUInt32LE(stored.length - 9)
  const table = stored.length - 9 - 8 * count
  expect(stored.readUInt32LE(table - 8)).toBe(0x184d2a5e)
  expect(stored.readUInt32LE(table - 4)).toBe(8 * count + 9)
  let at = 0
  const frames = Array.from({ length: count }, (_, position) => {
    const size = stored.readUInt32LE(table + 8 * position)
    at += size
    return { stored: stored.subarray(at - size, at), decoded: stored.readUInt32LE(table + 8 * position + 4) }
  })
  expect(at).toBe(table - 8)
  return frames
}

/** Text that repeats, so that compressing megabytes of it takes no time. */
const content = (length: number) => Buffer.alloc(length, 'neither random nor flat; '.repeat(97).concat(`${length}`))
const encode = (bytes: Uint8Array, lengths: readonly number[] = [65536]) =>
  collect(writeZstd(inPieces(bytes, lengths), { effort: 'fast' }))

test('§4.6 each frame alone decodes to its part, at most 4 MiB, and its header states that length', async () => {
  const bytes = content(2 * ZSTD_FRAME_CONTENT + 12345)
  const frames = framesOf(await encode(bytes))
  expect(frames.map(({ decoded }) => decoded)).toEqual([ZSTD_FRAME_CONTENT, ZSTD_FRAME_CONTENT, 12345])
  let at = 0
  for (const { stored, decoded } of frames) {
    expect(zstdDecompressSync(stored).equals(bytes.subarray(at, at + decoded))).toBe(true)
    // A single segment with a length and without a checksum: its window is its content.
    expect((stored[4] ?? 0) & 0x24).toBe(0x20)
    at += decoded
  }
})

test('§4.6 any decoder reads the whole, and so does ours', async () => {
  const bytes = content(ZSTD_FRAME_CONTENT + 1)
  const stored = await encode(bytes)
  expect(zstdDecompressSync(stored).equals(bytes)).toBe(true)
  const decoded = await collect(zstd.decode([stored], { where: 'slot 1', maxBytes: bytes.length }))
  expect(decoded.equals(bytes)).toBe(true)
})

test.each([0, 1, ZSTD_FRAME_CONTENT])('§4.6 %i bytes are one frame without a table', async length => {
  const stored = await encode(content(length))
  expect(zstdDecompressSync(stored)).toHaveLength(length)
  expect(stored.includes(Buffer.from('b1ea928f', 'hex'))).toBe(false)
})

test('§4.6 the frames depend on the content alone, not on the chunks', async () => {
  const lengths = fc.integer({ min: ZSTD_FRAME_CONTENT - 2, max: 3 * ZSTD_FRAME_CONTENT })
  const pieces = fc.array(fc.integer({ min: 1000, max: 9_000_000 }), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(lengths, pieces, async (length, chunks) => {
      const bytes = content(length)
      const stored = await encode(bytes)
      expect((await encode(bytes, chunks)).equals(stored)).toBe(true)
      expect(zstdDecompressSync(stored).equals(bytes)).toBe(true)
    }),
    { numRuns: 12 },
  )
})

test('§4.6 frames that are done early wait for those before them', async () => {
  // Noise takes far longer than zeros.
  const noise = Buffer.alloc(ZSTD_FRAME_CONTENT)
  for (let at = 0, state = 1; at < noise.length; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    noise.writeUInt32LE(state, at)
  }
  const bytes = Buffer.concat([noise, Buffer.alloc(7 * ZSTD_FRAME_CONTENT), noise, Buffer.of(1)])
  expect(zstdDecompressSync(await encode(bytes)).equals(bytes)).toBe(true)
})

test('an input that fails ends the writing with its own error', async () => {
  async function* failing() {
    yield content(ZSTD_FRAME_CONTENT + 1)
    throw new Error('the disk is gone')
  }
  await expect(collect(writeZstd(failing(), { effort: 'fast' }))).rejects.toThrow('the disk is gone')
})

test('a consumer that stops early waits for nothing but what still runs', async () => {
  for await (const bytes of writeZstd([content(20 * ZSTD_FRAME_CONTENT)], { effort: 'fast' })) {
    expect(bytes.length).toBeGreaterThan(0)
    break
  }
})

test('ENCODE_FAILED: an input of another length than was stated', async () => {
  const encoding = collect(writeZstd([content(10)], { effort: 'fast', size: 11 }))
  await expect(encoding).rejects.toMatchObject({ code: 'ENCODE_FAILED', detail: { got: '10', want: '11' } })
})
