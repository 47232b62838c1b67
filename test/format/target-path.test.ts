import { posix, win32 } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTarget, pathFault } from '../../src/format/target-path.ts'
import { refusal, valueOrRefusal } from './refusals.ts'

test.each([
  ['{workenv}', ''],
  ['{workenv}/', ''],
  ['.', ''],
  ['', ''],
  ['{workenv}/bin/uv', 'bin/uv'],
  ['bin/uv', 'bin/uv'],
  ['lib/', 'lib'],
  ['{workenv}/lib/', 'lib'],
  ['a b/ü/…', 'a b/ü/…'],
  ['.hidden/..two', '.hidden/..two'],
  ['console/nulls', 'console/nulls'],
])('§5.4 %j is %j below the work environment', (target, relative) => {
  expect(parseTarget(target, 0)).toBe(relative)
})

describe('§5.4 refuses a target that leaves the work environment or is not plain', () => {
  test.each([
    '..',
    '../x',
    'a/../../x',
    'a/..',
    './a',
    'a/./b',
    'a//b',
    'a//',
    '/',
    '//',
    '/etc/passwd',
    '{workenv}//etc',
    '{workenv}//',
    '{workenv}/..',
    '{workenv}x',
    'a/{workenv}',
    '{slot:0}/x',
    'a\\b',
    'C:\\x',
    'c:x',
    'a\0b',
    'CON',
    'lib/nul.txt',
    'a/com1',
    'x'.repeat(256),
    'ü'.repeat(128),
    'a/'.repeat(129),
    `${'x'.repeat(200)}/`.repeat(16),
  ])('%j', target => {
    expect(() => parseTarget(target, 3)).toThrow(refusal('METADATA_TARGET'))
  })
})

test('§5.4 every accepted target stays below and reads back as itself', () => {
  const parts = fc.constantFrom('a', '..', '.', '', 'b c', '{workenv}', 'C:', '\\', 'nul')
  const targets = fc.oneof(
    fc.string(),
    fc.array(parts, { maxLength: 6 }).map(list => list.join('/')),
  )
  let accepted = 0
  fc.assert(
    fc.property(targets, target => {
      const relative = valueOrRefusal(() => parseTarget(target, 0))
      if (relative === undefined) return
      accepted++
      expect(parseTarget(relative, 0)).toBe(relative)
      for (const { join } of [posix, win32]) expect(join('/w/e', relative)).toMatch(/^[/\\]w[/\\]e/)
    }),
    { numRuns: 500 },
  )
  expect(accepted).toBeGreaterThan(0)
})

test('§10 the limits of a path, to the byte', () => {
  expect(pathFault('x'.repeat(255))).toBeUndefined()
  expect(pathFault(Array(128).fill('a').join('/'))).toBeUndefined()
  expect(pathFault(Array(129).fill('a').join('/'))).toContain('deeper')
  const long = `${'x'.repeat(255)}/`.repeat(12)
  expect(pathFault(long.slice(0, -1))).toBeUndefined()
  expect(pathFault(`${long}y`)).toContain('longer')
})
