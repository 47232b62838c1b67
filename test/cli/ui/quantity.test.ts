import { expect, test } from 'vitest'
import { formatBytes, formatCount, formatDuration } from '../../../src/cli/ui/quantity.ts'

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [9995, '10.0 kB'],
  [99_950, '100 kB'],
  [999_499, '999 kB'],
  [999_500, '1.00 MB'],
  [17_321_000, '17.3 MB'],
  [5 * 1024 ** 3, '5.37 GB'],
  [Number.MAX_SAFE_INTEGER, '9.01 PB'],
])('%i bytes are %s', (bytes, expected) => {
  expect(formatBytes(bytes)).toBe(expected)
})

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [999.6, '1.0 s'],
  [59_900, '59.9 s'],
  [60_000, '1 min 0 s'],
  [125_000, '2 min 5 s'],
  [3_600_000, '1 h 0 min'],
  [90_000_000, '1 d 1 h'],
])('%d ms are %s', (milliseconds, expected) => {
  expect(formatDuration(milliseconds)).toBe(expected)
})

test('one or many', () => {
  expect(formatCount(1, 'file')).toBe('1 file')
  expect(formatCount(0, 'entry', 'entries')).toBe('0 entries')
})
