import { expect, test } from 'vitest'
import { editDistance, nearest } from '../../src/manifest/did-you-mean.ts'

test.each([
  ['', '', 0],
  ['verify', 'verify', 0],
  ['verfy', 'verify', 1],
  ['vreify', 'verify', 1],
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
])('the distance of %j and %j is %i', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance)
  expect(editDistance(b, a)).toBe(distance)
})

test('the nearest candidate is named, a far one is not', () => {
  const verbs = ['keygen', 'pack', 'verify', 'inspect']
  expect(nearest('pakc', verbs)).toBe('pack')
  expect(nearest('insp', verbs)).toBe('inspect')
  expect(nearest('quux', verbs)).toBeUndefined()
  expect(nearest('', verbs)).toBeUndefined()
})
