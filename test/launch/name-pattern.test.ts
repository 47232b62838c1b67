import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesPattern } from '../../src/launch/name-pattern.ts'

test.each([
  ['PATH', 'PATH', true],
  ['PATH', 'path', false],
  ['PATHX', 'PATH', false],
  ['LC_ALL', 'LC_*', true],
  ['LC_', 'LC_*', true],
  ['XLC_A', 'LC_*', false],
  ['', '*', true],
  ['', '', true],
  ['a', '', false],
  ['abc', 'a?c', true],
  ['ac', 'a?c', false],
  ['é', '?', true],
  ['😀', '?', true],
  ['b', '[abc]', true],
  ['d', '[abc]', false],
  ['d', '[!abc]', true],
  ['d', '[^abc]', true],
  ['m', '[a-z]', true],
  ['-', '[a-]', true],
  [']', '[]]', true],
  ['[x', '[x', true],
  ['a.whl', '*.whl', true],
  ['a.whl.txt', '*.whl', false],
  ['a.b.c', '*.*.c', true],
  ['a\nb', 'a*b', true],
])('§7.2 %j against %j', (name, pattern, expected) => {
  expect(matchesPattern(name, pattern)).toBe(expected)
})

test('§7.2 a pattern of many stars does not explode', () => {
  expect(matchesPattern('a'.repeat(2000), `${'a*'.repeat(500)}b`)).toBe(false)
})

test('§7.2 a name without special characters matches itself and with a star on either side', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z_]{0,8}$/), fc.string(), (name, other) => {
      expect(matchesPattern(name, name)).toBe(true)
      expect(matchesPattern(other + name, `*${name}`)).toBe(true)
      expect(matchesPattern(name + other, `${name}*`)).toBe(true)
    }),
  )
})
