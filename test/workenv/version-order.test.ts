import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareVersions } from '../../src/workenv/version-order.ts'

test('versions of every scheme are in the order in which they came out', () => {
  const order = [
    [
      '',
      '0.9',
      'v1.0-alpha',
      '1.0-beta.2',
      '1.0-beta.11',
      '1.0rc1',
      '1.0',
      '1.0.post1',
      '1.0.1',
      '1.2',
      '1.10',
      '2024.5',
      '9'.repeat(400),
    ],
    ['1.0.0-rc.1', '1.0.0', '1.0.0-p1', '1.0.1-SNAPSHOT', '1.0.1'],
  ]
  for (const versions of order) expect([...versions].reverse().sort(compareVersions)).toEqual(versions)
})

test('what tells only builds apart decides nothing but the order of texts', () => {
  expect(compareVersions('1.0+a', '1.0+b')).toBe(-1)
  expect(compareVersions('1.0+zzz', '1.0.1+a')).toBeLessThan(0)
  expect(compareVersions('1.0', '1.0')).toBe(0)
})

test('it is an order: total, antisymmetric, transitive', () => {
  const version = fc.oneof(
    fc.string({ unit: fc.constantFrom('0', '1', '10', 'a', 'rc', 'post', '.', '-', '+', 'v') }),
    fc.string(),
  )
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)))
      expect(compareVersions(a, b) === 0).toBe(a === b)
      const [first = '', second = '', third = ''] = [a, b, c].sort(compareVersions)
      expect(compareVersions(first, second)).toBeLessThanOrEqual(0)
      expect(compareVersions(second, third)).toBeLessThanOrEqual(0)
      expect(compareVersions(first, third)).toBeLessThanOrEqual(0)
    }),
  )
})
