import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader } from '../../src/codecs/byte-reader.ts'
import { collect, Endless, inPieces, pieceLengths } from './streams.ts'

test('reads the same bytes whatever the chunks are, and counts them', async () => {
  const bytes = fc.uint8Array({ maxLength: 2000 })
  await fc.assert(
    fc.asyncProperty(bytes, pieceLengths, fc.array(fc.nat(700), { maxLength: 5 }), async (input, lengths, reads) => {
      const reader = new ByteReader(inPieces(input, lengths))
      let at = 0
      for (const length of reads) {
        expect(Buffer.compare(await reader.read(length), input.subarray(at, at + length))).toBe(0)
        at = Math.min(input.length, at + length)
        expect(reader.offset).toBe(at)
      }
      expect(Buffer.compare(await collect(reader.rest()), input.subarray(at))).toBe(0)
      expect(reader.offset).toBe(input.length)
    }),
  )
})

test('takes without waiting only what is at hand', async () => {
  const reader = new ByteReader([Uint8Array.of(1, 2, 3), Uint8Array.of(4)])
  expect(reader.take(1)).toBeUndefined()
  expect(reader.takePiece(1)).toBeUndefined()
  expect(await reader.piece(1)).toEqual(Uint8Array.of(1))
  expect(reader.take(3)).toBeUndefined()
  expect(reader.takePiece(9)).toEqual(Uint8Array.of(2, 3))
  expect(await reader.piece(9)).toEqual(Uint8Array.of(4))
  expect(await reader.piece(9)).toBeUndefined()
})

test('closing tells the producer, once, and ends the reading', async () => {
  const endless = new Endless(Uint8Array.of(7))
  const reader = new ByteReader(endless)
  await reader.read(3)
  await reader.close()
  await reader.close()
  expect(endless.isClosed).toBe(true)
  expect(await reader.read(1)).toHaveLength(0)
})
