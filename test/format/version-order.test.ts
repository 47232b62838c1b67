import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareVersions } from '../../src/format/version-order.ts'

const part = fc.oneof(
  fc.nat(12).map(String),
  fc.constantFrom('a', 'beta', 'rc', 'dev', 'post', 'foo', '.', '-', '!', '+', '0'),
)
const version = fc.oneof(
  fc.array(part, { maxLength: 6 }).map(parts => parts.join('')),
  fc.string(),
)

test('trust §5.2 any two versions are compared, in one order', () => {
  fc.assert(
    fc.property(version, version, version, (a, b, c) => {
      expect(compareVersions(a, a)).toBe(0)
      expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0)
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) expect(compareVersions(a, c)).toBeLessThanOrEqual(0)
    }),
    { numRuns: 2000 },
  )
})

test('trust §5.2 versions of every scheme are in the order in which they came out', () => {
  const first = [
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
  ]
  const orders = [
    [...first, '2024.5', '9'.repeat(400)],
    ['1.0.0-rc.1', '1.0.0', '1.0.1-SNAPSHOT', '1.0.1'],
  ]
  for (const versions of orders) expect([...versions].reverse().sort(compareVersions)).toEqual(versions)
})

test('trust §5.2 a long version takes no longer than it is', () => {
  expect(compareVersions('1.'.repeat(50_000), `${'1.'.repeat(50_000)}1`)).toBeLessThan(0)
})
