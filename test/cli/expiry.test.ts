import { expect, test } from 'vitest'
import { parseExpiry } from '../../src/cli/expiry.ts'

test('trust §8 a day or a second in UTC', () => {
  expect(parseExpiry('1970-01-02')).toBe(86_400)
  expect(parseExpiry('2027-01-31T12:00:01Z')).toBe(Date.UTC(2027, 0, 31, 12, 0, 1) / 1000)
})

test('no other form is guessed', () => {
  const wrong = [
    '',
    '2027',
    '2027-1-31',
    '2027-02-30',
    '2027-13-01',
    '1969-12-31',
    '31.1.2027',
    '2027-01-31T12:00:00',
    '2027-01-31T24:00:00Z',
    '30d',
  ]
  for (const text of wrong)
    expect(() => parseExpiry(text), text).toThrow(expect.objectContaining({ code: 'FLAG_VALUE' }))
})
