import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { adler32 } from '../../src/format/adler32.ts'
import { encodeIndexBlock, INDEX_SIZE, parseIndexBlock } from '../../src/format/index-block.ts'
import { refusal, valueOrRefusal } from './refusals.ts'
import { anyIndex, INDEX } from './samples.ts'

/** Every range that §2.2 reserves, first and last byte. */
const RESERVED = [60, 63, 192, 639, 642, 643, 664, 687, 692, 703, 704, 831, 840, 855, 864, 1376, 8191]

test('§2.2 the fields lie where the table says', () => {
  const bytes = Buffer.from(encodeIndexBlock(INDEX))
  expect(bytes.readUInt32LE(0)).toBe(0x20250001)
  expect(bytes.readBigUInt64LE(8)).toBe(10_000n)
  expect(bytes.readBigUInt64LE(16)).toBe(17n)
  expect(bytes.readBigUInt64LE(24)).toBe(17n)
  expect(bytes.readBigUInt64LE(32)).toBe(600n)
  expect(bytes.readBigUInt64LE(40)).toBe(624n)
  expect(bytes.readBigUInt64LE(48)).toBe(128n)
  expect(bytes.readUInt32LE(56)).toBe(2)
  expect([bytes[64], bytes[96], bytes[128], bytes[191]]).toEqual([1, 2, 3, 3])
  expect(bytes.readUInt32LE(644)).toBe(4096)
  expect(bytes.readBigUInt64LE(832)).toBe(0x81n)
  expect(bytes.readUInt32LE(856)).toBe(0x20250001)
  expect(bytes.readUInt32LE(860)).toBe(1)
})

test('§2.3 the checksum is taken with its own four bytes as zeros', () => {
  const bytes = Buffer.from(encodeIndexBlock(INDEX))
  const stored = bytes.readUInt32LE(4)
  bytes.writeUInt32LE(0, 4)
  expect(adler32(bytes)).toBe(stored)
})

describe('§2.2 refuses', () => {
  test('another format version, before anything else is believed', () => {
    expect(() => parseIndexBlock(changed(bytes => bytes.writeUInt32LE(0x20250000, 0)))).toThrow(
      refusal('INDEX_VERSION'),
    )
  })

  test.each(RESERVED)('a byte %i that is not zero, which nothing signs', offset => {
    expect(() => parseIndexBlock(changed(bytes => bytes.writeUInt8(1, offset)))).toThrow(refusal('INDEX_RESERVED'))
  })

  test('capabilities without a meaning', () => {
    expect(() => parseIndexBlock(changed(bytes => bytes.writeBigUInt64LE(0x181n, 832)))).toThrow(
      refusal('INDEX_RESERVED'),
    )
  })

  test.each([127n, 129n, 0n, 2n ** 63n])('a slot table of %i bytes for two slots', size => {
    expect(() => parseIndexBlock(changed(bytes => bytes.writeBigUInt64LE(size, 48)))).toThrow(
      refusal('INDEX_SLOT_TABLE'),
    )
  })

  test.each([0, 1, INDEX_SIZE - 1, INDEX_SIZE + 1])('a block of %i bytes', length => {
    expect(() => parseIndexBlock(new Uint8Array(length))).toThrow(refusal('TRAILER_TOO_SHORT'))
  })
})

test('§2.3 refuses every flipped bit of a small index', () => {
  const good = encodeIndexBlock(INDEX)
  for (let bit = 0; bit < 900 * 8; bit += 7) {
    const bytes = good.slice()
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    const code = bit < 32 ? 'INDEX_VERSION' : 'INDEX_CHECKSUM'
    expect(() => parseIndexBlock(bytes)).toThrow(refusal(code))
  }
})

test('§2.2 whatever is written reads back', () => {
  fc.assert(
    fc.property(anyIndex, index => {
      expect(parseIndexBlock(encodeIndexBlock(index))).toEqual(index)
    }),
  )
})

test('§2.2 accepted bytes encode to themselves; all others are refused by a known code', () => {
  const edits = fc.array(fc.tuple(fc.nat(900), fc.nat(255)), { maxLength: 4 })
  let accepted = 0
  fc.assert(
    fc.property(anyIndex, edits, (index, changes) => {
      const bytes = Buffer.from(encodeIndexBlock(index))
      for (const [offset, value] of changes) bytes[offset] = value
      resum(bytes)
      const parsed = valueOrRefusal(() => parseIndexBlock(bytes))
      if (parsed === undefined) return
      accepted++
      expect(Buffer.compare(encodeIndexBlock(parsed), bytes)).toBe(0)
    }),
    { numRuns: 300 },
  )
  expect(accepted).toBeGreaterThan(0)
})

test('§2.2 any bytes are refused by a known code', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: INDEX_SIZE, maxLength: INDEX_SIZE }), bytes => {
      expect(valueOrRefusal(() => parseIndexBlock(bytes))).toBeUndefined()
    }),
    { numRuns: 20 },
  )
})

function changed(change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(encodeIndexBlock(INDEX))
  change(bytes)
  resum(bytes)
  return bytes
}

function resum(bytes: Buffer): void {
  bytes.writeUInt32LE(0, 4)
  bytes.writeUInt32LE(adler32(bytes), 4)
}
