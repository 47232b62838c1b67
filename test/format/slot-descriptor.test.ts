import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  encodeSlotDescriptor,
  parseSlotDescriptor,
  SLOT_DESCRIPTOR_SIZE,
  shortHash,
} from '../../src/format/slot-descriptor.ts'
import { refusal, valueOrRefusal } from './refusals.ts'
import { anyDescriptor, DESCRIPTOR } from './samples.ts'

/** Spec §3.1, worked example: slot 1 of go.psp. */
const WORKED =
  '0100000000000000c45d0ac1fa31325018030000000000001600000000000000' +
  '160000000000000010000000000000006cda46810118792e0204800000008001'

test('§3.1 the worked example', () => {
  const slot = parseSlotDescriptor(Buffer.from(WORKED, 'hex'), 1)
  expect(slot).toEqual({
    id: 1n,
    nameHash: 0x503231fac10a5dc4n,
    offset: 792n,
    size: 22n,
    originalSize: 22n,
    operations: [0x10],
    checksum: 0x2e7918018146da6cn,
    purpose: 2,
    lifecycle: 4,
    priority: 128,
    platform: 0,
    permissions: 0o600,
  })
  expect(Buffer.from(encodeSlotDescriptor(slot)).toString('hex')).toBe(WORKED)
})

test('§3.1 a short hash is the first eight bytes, little-endian', () => {
  expect(shortHash(Buffer.from(`6cda46810118792e${'00'.repeat(24)}`, 'hex'))).toBe(0x2e7918018146da6cn)
})

describe('§3.1 refuses', () => {
  test('an id that is not the position: two readers would look up two slots', () => {
    expect(() => parseSlotDescriptor(encodeSlotDescriptor(DESCRIPTOR), 1)).toThrow(refusal('SLOT_ID'))
    expect(() => parseSlotDescriptor(encodeSlotDescriptor({ ...DESCRIPTOR, id: 2n ** 32n }), 0)).toThrow(
      refusal('SLOT_ID'),
    )
  })

  test.each([
    [56, 4, 'SLOT_PURPOSE'],
    [57, 11, 'SLOT_LIFECYCLE'],
    [59, 4, 'SLOT_PLATFORM'],
    [60, 1, 'SLOT_RESERVED'],
    [61, 0x80, 'SLOT_RESERVED'],
    [63, 0x02, 'SLOT_PERMISSIONS'],
    [63, 0x08, 'SLOT_PERMISSIONS'],
    [63, 0x80, 'SLOT_PERMISSIONS'],
    [47, 0x10, 'OPERATION_CHAIN'],
    [40, 0xff, 'OPERATION_CHAIN'],
    [40, 0x60, 'OPERATION_UNKNOWN'],
  ])('byte %i as %i: %s', (offset, value, code) => {
    const bytes = encodeSlotDescriptor(DESCRIPTOR)
    bytes[offset] = value
    expect(() => parseSlotDescriptor(bytes, 0)).toThrow(refusal(code))
  })

  test.each([0, 63, 65])('%i bytes', length => {
    expect(() => parseSlotDescriptor(new Uint8Array(length), 0)).toThrow(refusal('SLOT_DESCRIPTOR_SIZE'))
  })
})

test('§3.1 whatever is written reads back', () => {
  fc.assert(
    fc.property(anyDescriptor, slot => {
      expect(parseSlotDescriptor(encodeSlotDescriptor(slot), 0)).toEqual(slot)
    }),
  )
})

test('§3.1 accepted bytes encode to themselves; all others are refused by a known code', () => {
  const edits = fc.array(fc.tuple(fc.nat(SLOT_DESCRIPTOR_SIZE - 1), fc.nat(255)), { maxLength: 3 })
  let accepted = 0
  fc.assert(
    fc.property(anyDescriptor, edits, (slot, changes) => {
      const bytes = encodeSlotDescriptor(slot)
      for (const [offset, value] of changes) bytes[offset] = value
      const parsed = valueOrRefusal(() => parseSlotDescriptor(bytes, 0))
      if (parsed === undefined) return
      accepted++
      expect(encodeSlotDescriptor(parsed)).toEqual(bytes)
    }),
    { numRuns: 1000 },
  )
  expect(accepted).toBeGreaterThan(0)
})

test('§3.1 any bytes of any length give a value or a known refusal', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), fc.nat(3), (bytes, slot) => {
      valueOrRefusal(() => parseSlotDescriptor(bytes, slot))
    }),
  )
})
