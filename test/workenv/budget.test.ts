import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAge, parseSize } from '../../src/workenv/budget.ts'

test('workenv §10.5: a number needs its unit and nothing else', () => {
  expect(['30d', '0', '0w', '12H'].map(parseAge)).toEqual([2_592_000_000, 0, 0, 43_200_000])
  expect(['2GB', '1KiB', '0'].map(parseSize)).toEqual([2e9, 1024, 0])
  for (const bad of ['', '30', 'd', '-1d', '1.5d', ' 1d', '1d\n', '1constructor', '99999999999999999999d']) {
    expect(parseAge(bad), bad).toBeUndefined()
  }
  expect(parseSize('9007199254740992B')).toBeUndefined()
})

test('workenv §10.5: every whole number of milliseconds or bytes that fits is read exactly', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 1n << 60n }), fc.constantFrom('s', 'm', 'h', 'd', 'w'), (number, unit) => {
      const factor = { s: 1000n, m: 60_000n, h: 3_600_000n, d: 86_400_000n, w: 604_800_000n }[unit] ?? 0n
      const exact = number * factor
      expect(parseAge(`${number}${unit}`)).toBe(exact <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(exact) : undefined)
    }),
  )
})
