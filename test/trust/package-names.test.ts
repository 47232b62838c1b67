import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeName, keysFileOf, matchesNames, parseNames, unescapeName } from '../../src/trust/package-names.ts'

const name = fc.oneof(fc.string({ minLength: 1 }), fc.string({ minLength: 1, unit: 'binary' }))

test('trust §2.4 an escaped name is a pattern for that name alone', () => {
  fc.assert(
    fc.property(name, name, (one, other) => {
      const patterns = parseNames(escapeName(one))
      expect(patterns).toHaveLength(1)
      expect(unescapeName(escapeName(one))).toBe(one)
      expect(matchesNames(patterns ?? [], one)).toBe(true)
      expect(matchesNames(patterns ?? [], other)).toBe(one === other)
      expect(matchesNames([`${escapeName(one)}*`], one + other)).toBe(true)
    }),
  )
})

test('trust §2.4 what could match nothing is no pattern', () => {
  for (const text of ['', 'a,', 'a*b', '**', '%', '%41', '%2a', 'a b', 'a\t', '\u007f']) {
    expect(parseNames(text), JSON.stringify(text)).toBeUndefined()
  }
  expect(parseNames('*,a%2A,é*')).toEqual(['*', 'a%2A', 'é*'])
})

test('trust §2.2 files lie in their directory, whatever the name is', () => {
  fc.assert(
    fc.property(name, text => {
      expect(keysFileOf(text)).toMatch(/^for-[A-Za-z0-9._-]{1,200}\.keys$/)
    }),
  )
})
