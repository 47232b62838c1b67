import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeTrailer, parseTrailer, TRAILER_SIZE } from '../../src/format/trailer.ts'
import { refusal, valueOrRefusal } from './refusals.ts'
import { anyIndex, INDEX } from './samples.ts'

const SIZE = 10_000n

test('§2.1 8200 bytes, between a package and a magic wand', () => {
  const bytes = Buffer.from(encodeTrailer(INDEX))
  expect(bytes).toHaveLength(8200)
  expect(bytes.subarray(0, 4).toString()).toBe('📦')
  expect(bytes.subarray(-4).toString()).toBe('🪄')
  expect(parseTrailer(bytes, SIZE)).toEqual(INDEX)
})

describe('§2.1 refuses', () => {
  test.each([0, 1, 4, 8199])('a file of %i bytes', length => {
    expect(() => parseTrailer(new Uint8Array(length), BigInt(length))).toThrow(refusal('TRAILER_TOO_SHORT'))
  })

  test.each([0, 1, 2, 3, 8196, 8197, 8198, 8199])('a changed magic byte %i', offset => {
    const bytes = encodeTrailer(INDEX)
    bytes[offset] = (bytes[offset] ?? 0) ^ 1
    expect(() => parseTrailer(bytes, SIZE)).toThrow(refusal('TRAILER_MAGIC'))
  })

  test('a byte behind the end: nothing is searched for', () => {
    const longer = Buffer.concat([encodeTrailer(INDEX), Uint8Array.of(0)])
    expect(() => parseTrailer(longer.subarray(1), SIZE + 1n)).toThrow(refusal('TRAILER_MAGIC'))
  })

  test('and names the offset in the file, what it found and what it expected', () => {
    const bytes = encodeTrailer(INDEX)
    bytes[0] = 0
    expect(() => parseTrailer(bytes, SIZE)).toThrow(
      expect.objectContaining({ detail: { offset: '1800', field: 'magic', got: '009f93a6', want: 'f09f93a6' } }),
    )
  })
})

test('§2.1 whatever is written reads back and encodes to itself', () => {
  fc.assert(
    fc.property(anyIndex, index => {
      const bytes = encodeTrailer(index)
      expect(encodeTrailer(parseTrailer(bytes, SIZE))).toEqual(bytes)
    }),
    { numRuns: 30 },
  )
})

test('§2.1 any bytes are refused by a known code', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: TRAILER_SIZE }), bytes => {
      expect(valueOrRefusal(() => parseTrailer(bytes, BigInt(bytes.length)))).toBeUndefined()
    }),
  )
})
