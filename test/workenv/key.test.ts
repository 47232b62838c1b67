import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseEnvsName, plainName, workenvKey } from '../../src/workenv/key.ts'

const CONTENT = 'c'.repeat(64)

test('workenv §3.1 makes one plain file name of any name and version', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.option(fc.string(), { nil: undefined }), (name, version, place) => {
      const key = workenvKey({ name, version, contentHash: CONTENT, place })
      expect(key).toMatch(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/)
      expect(Buffer.byteLength(key)).toBeLessThanOrEqual(24 + 1 + 16 + 1 + 20 + 9)
      expect(parseEnvsName(`${key}.seal`)).toEqual({ key, attempt: undefined, kind: 'seal' })
    }),
  )
})

test('workenv §3.1 tells places apart, and packages by their content', () => {
  const parts = { name: 'a', version: '1', contentHash: CONTENT, place: undefined }
  const keys = [
    workenvKey(parts),
    workenvKey({ ...parts, contentHash: 'd'.repeat(64) }),
    workenvKey({ ...parts, place: '/a' }),
    workenvKey({ ...parts, place: '/b' }),
  ]
  expect(new Set(keys).size).toBe(4)
})

test('workenv §3.1 cuts behind the replacement', () => {
  expect(plainName('ä'.repeat(30), 24)).toBe('_'.repeat(24))
})

test.each([
  ['a-1-cccccccccccccccccccc', undefined],
  ['a-1-cccccccccccccccccccc.0', undefined],
  ['a-1-cccccccccccccccccccc.1.seal', undefined],
  ['a-1-ccc.1', undefined],
  ['notes.txt', undefined],
  ['a-1-cccccccccccccccccccc.7.lock', { key: 'a-1-cccccccccccccccccccc', attempt: 7, kind: 'lock' }],
  ['a-1-cccccccccccccccccccc.lock', { key: 'a-1-cccccccccccccccccccc', attempt: undefined, kind: 'lock' }],
])('workenv §2: %s', (name, expected) => {
  expect(parseEnvsName(name)).toEqual(expected)
})
