import { constants, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutZstdFrames } from '../../src/codecs/zstd-frames.ts'
import { collect, inPieces, pieceLengths } from './streams.ts'

const FRAME = zstdCompressSync('hello, hello')
const CHECKED = zstdCompressSync(Buffer.alloc(300_000, 'abcdefghi'), { params: { [constants.ZSTD_c_checksumFlag]: 1 } })
const SKIPPABLE = Buffer.from('5e2a4d1803000000ffffff', 'hex')
const MAGIC = Buffer.from('28b52ffd', 'hex')
const cut = (bytes: Uint8Array, lengths: readonly number[] = [65536]) =>
  collect(cutZstdFrames(inPieces(bytes, lengths), 'slot 1'))
/** Window byte: exponent and mantissa of RFC 8878 §3.1.1.1.2. */
const windowed = (byte: number) => Buffer.concat([MAGIC, Buffer.of(0x00, byte, 0x01, 0, 0)])
const singleSegment = (size: bigint) => {
  const bytes = Buffer.concat([MAGIC, Buffer.of(0xe0), Buffer.alloc(8), Buffer.of(0x01, 0, 0)])
  bytes.writeBigUInt64LE(size, 5)
  return bytes
}

test('§4.4 cuts at the ends of frames and nowhere else', async () => {
  const frames = [SKIPPABLE, FRAME, CHECKED, SKIPPABLE, FRAME]
  const pieces: number[] = []
  for await (const piece of cutZstdFrames([Buffer.concat(frames)], 'slot 1')) pieces.push(piece.length)
  expect(pieces).toEqual(frames.map(frame => frame.length))
})

test('§4.4 passes on every byte, whatever the chunks are', async () => {
  const bytes = Buffer.concat([SKIPPABLE, FRAME, CHECKED, FRAME])
  await fc.assert(
    fc.asyncProperty(pieceLengths, async lengths => {
      expect((await cut(bytes, lengths)).equals(bytes)).toBe(true)
    }),
  )
})

test.each([
  ['nothing at all', Buffer.alloc(0)],
  ['half a magic', MAGIC.subarray(0, 2)],
  ['half a frame header', FRAME.subarray(0, 5)],
  ['a frame without its last byte', FRAME.subarray(0, -1)],
  ['a frame without its checksum', CHECKED.subarray(0, -4)],
  ['a skippable frame without its last byte', SKIPPABLE.subarray(0, -1)],
])('§4.4 refuses %s', async (_, bytes) => {
  for (const length of [1, 65536]) await expect(cut(bytes, [length])).rejects.toMatchObject({ code: 'TRUNCATED' })
})

test.each([
  ['another magic', Buffer.from('28b52ffe00', 'hex'), 'ZSTD_FRAME'],
  ['the magic of an old zstd', Buffer.from('27b52ffd00', 'hex'), 'ZSTD_FRAME'],
  ['a gzip member', Buffer.from('1f8b080000000000', 'hex'), 'ZSTD_FRAME'],
  ['a reserved bit', Buffer.concat([MAGIC, Buffer.of(0x08)]), 'ZSTD_FRAME'],
  ['a dictionary', Buffer.concat([MAGIC, Buffer.of(0x01)]), 'ZSTD_DICTIONARY'],
  ['a reserved block type', Buffer.concat([MAGIC, Buffer.of(0x00, 0x00, 0x07, 0, 0)]), 'ZSTD_FRAME'],
  ['a block above the window of 1 KiB', Buffer.concat([MAGIC, Buffer.of(0x00, 0x00, 0x09, 0x20, 0)]), 'ZSTD_FRAME'],
  ['a block above 128 KiB', Buffer.concat([MAGIC, Buffer.of(0x00, 0x50, 0x09, 0, 0x10)]), 'ZSTD_FRAME'],
  ['zeros behind a frame', Buffer.concat([FRAME, Buffer.alloc(4)]), 'ZSTD_TRAILING'],
  ['half a magic behind a frame', Buffer.concat([FRAME, MAGIC.subarray(0, 3)]), 'ZSTD_TRAILING'],
  ['text behind a skippable frame', Buffer.concat([SKIPPABLE, Buffer.from('text')]), 'ZSTD_TRAILING'],
])('§4.4 refuses %s', async (_, bytes, code) => {
  for (const length of [1, 65536]) await expect(cut(bytes, [length])).rejects.toMatchObject({ code })
})

test('§10 takes a window of 8 MiB and refuses any larger one before it is allocated', async () => {
  expect(await cut(windowed(13 << 3))).toHaveLength(9)
  await expect(cut(windowed((13 << 3) | 1))).rejects.toMatchObject({
    code: 'ZSTD_WINDOW',
    detail: { got: '9437184 bytes' },
  })
  await expect(cut(windowed(0xff))).rejects.toMatchObject({ code: 'ZSTD_WINDOW' })
  expect(await cut(singleSegment(8n * 1024n * 1024n))).toHaveLength(18)
  await expect(cut(singleSegment(8n * 1024n * 1024n + 1n))).rejects.toMatchObject({ code: 'ZSTD_WINDOW' })
  await expect(cut(singleSegment(2n ** 64n - 1n))).rejects.toMatchObject({ code: 'ZSTD_WINDOW' })
})

test('§4.4 an empty last block becomes one behind which libzstd compares the size, wherever the chunks end', async () => {
  const block = Buffer.from('28000068656c6c6f', 'hex')
  for (const checksum of ['', '99e9d851']) {
    const head = Buffer.concat([MAGIC, Buffer.of(checksum === '' ? 0x20 : 0x24, 5), block])
    const frame = Buffer.concat([head, Buffer.from(`010000${checksum}`, 'hex')])
    const passed = Buffer.concat([head, Buffer.from(`1500000000${checksum}`, 'hex')])
    for (const length of [1, 2, 3, 7, 65536]) {
      expect(await cut(Buffer.concat([frame, FRAME, frame]), [length])).toEqual(Buffer.concat([passed, FRAME, passed]))
    }
  }
})

test('every size of a content size field is walked', async () => {
  for (const size of [0, 1, 255, 256, 65_791, 65_792, 3_000_000]) {
    const frame = zstdCompressSync(Buffer.alloc(size, 'ab'))
    expect((await cut(Buffer.concat([frame, frame]), [5])).length).toBe(2 * frame.length)
  }
})
