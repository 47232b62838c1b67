import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readAge, readSize } from '../../../src/cli/workenv/amount-flag.ts'

test.each([
  ['30d', 30 * 86_400_000],
  ['7', 7 * 86_400_000],
  ['0', 0],
  ['12H', 43_200_000],
  ['2w', 14 * 86_400_000],
])('the age %s is %i ms', (text, milliseconds) => {
  expect(readAge('--older-than', text)).toBe(milliseconds)
})

test.each([
  ['2GB', 2e9],
  ['500mb', 5e8],
  ['1GiB', 2 ** 30],
  ['17', 17],
])('the size %s is %i bytes', (text, bytes) => {
  expect(readSize('--max-size', text)).toBe(bytes)
})

test('anything else is refused, with what would do', () => {
  const refusal = { code: 'FLAG_VALUE', message: expect.stringContaining('--max-size has "2 GB", expected a size') }
  expect(() => readSize('--max-size', '2 GB')).toThrowError(expect.objectContaining(refusal))
  for (const text of ['', 'soon', '1.5GB', '-1', '5constructor', '99999999999999TB', '1e3']) {
    expect(() => readSize('--max-size', text), text).toThrowError(expect.objectContaining({ code: 'FLAG_VALUE' }))
    expect(() => readAge('--older-than', text), text).toThrowError(expect.objectContaining({ code: 'FLAG_VALUE' }))
  }
})

test('whatever is typed: a whole number from 0, or a refusal', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[0-9]{1,16}[a-zA-Z]{0,3}$/)), text => {
      try {
        const bytes = readSize('--max-size', text)
        expect(Number.isSafeInteger(bytes) && bytes >= 0).toBe(true)
      } catch (error) {
        expect(error).toMatchObject({ code: 'FLAG_VALUE' })
      }
    }),
  )
})
