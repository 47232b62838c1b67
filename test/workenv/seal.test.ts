import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatSeal, MAX_SEAL_BYTES, parseSeal, type Seal, type SealedSlot } from '../../src/workenv/seal.ts'

const hex = fc.stringMatching(/^[0-9a-f]{64}$/)
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const number = fc.bigInt({ min: 0n, max: 10n ** 19n - 1n })
const slots = fc
  .uniqueArray(fc.record({ index: fc.nat(1023), tree: hex, mtime: optional(number) }), { selector: slot => slot.index })
  .map(all =>
    all
      .sort((a, b) => a.index - b.index)
      .map(
        ({ mtime, ...slot }): SealedSlot =>
          mtime === undefined ? { kind: 'own', ...slot } : { kind: 'share', ...slot, mtime },
      ),
  )
const seal: fc.Arbitrary<Seal> = fc.record({
  content: hex,
  attempt: fc.integer({ min: 1, max: 999_999_999 }),
  place: optional(hex),
  boot: optional(fc.stringMatching(/^[0-9a-f][0-9a-f-]{0,63}$/)),
  executable: optional(fc.record({ size: number, mtime: number })),
  setup: optional(hex),
  slots,
})

test('workenv §5.1 reads back what it writes', () => {
  fc.assert(
    fc.property(seal, value => {
      expect(parseSeal(formatSeal(value))).toEqual(value)
    }),
  )
})

test('workenv §5.1 refuses a seal with any byte changed, cut anywhere or lengthened', () => {
  fc.assert(
    fc.property(seal, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, flip) => {
      const bytes = Buffer.from(formatSeal(value), 'latin1')
      const position = at % bytes.length
      expect(parseSeal(bytes.subarray(0, position).toString('latin1'))).toBeUndefined()
      bytes[position] = (bytes[position] ?? 0) ^ flip
      expect(parseSeal(bytes.toString('latin1'))).toBeUndefined()
    }),
  )
})

test('workenv §5.1 has room for every slot that a package may have', () => {
  const all = Array.from({ length: 1024 }, (_, index): SealedSlot => {
    return { kind: 'share', index, tree: 'a'.repeat(64), mtime: 9_999_999_999_999_999_999n }
  })
  const text = formatSeal({
    content: 'a'.repeat(64),
    attempt: 999_999_999,
    place: 'a'.repeat(64),
    boot: 'a'.repeat(64),
    executable: { size: 1n, mtime: 1n },
    setup: 'a'.repeat(64),
    slots: all,
  })
  expect(text.length).toBeLessThan(MAX_SEAL_BYTES)
  expect(parseSeal(text)?.slots.length).toBe(1024)
})

test('workenv §5.1 refuses what is too long before it looks at it', () => {
  expect(parseSeal('flavor-workenv 1\n'.repeat(10_000))).toBeUndefined()
})
