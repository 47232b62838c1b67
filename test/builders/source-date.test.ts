import { expect, test } from 'vitest'
import { EARLIEST_DATE, sourceDate } from '../../src/builders/source-date.ts'

test.each([
  [undefined, EARLIEST_DATE],
  ['', EARLIEST_DATE],
  ['0', EARLIEST_DATE],
  ['1', EARLIEST_DATE],
  ['1700000000', 1_700_000_000],
  ['253402300799', 253_402_300_799],
])('SOURCE_DATE_EPOCH=%s is %i', (text, expected) => {
  expect(sourceDate(text === undefined ? {} : { SOURCE_DATE_EPOCH: text })).toBe(expected)
})

test.each(['now', '-1', '1.5', '1e9', ' 1', '253402300800', '9'.repeat(40)])(
  'SOURCE_DATE_EPOCH=%s is refused',
  text => {
    expect(() => sourceDate({ SOURCE_DATE_EPOCH: text })).toThrow(expect.objectContaining({ code: 'SOURCE_DATE' }))
  },
)
