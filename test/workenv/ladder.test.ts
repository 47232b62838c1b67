import { expect, test } from 'vitest'
import { absolute, cacheRungs } from '../../src/workenv/ladder.ts'
import type { Machine } from '../../src/workenv/machine.ts'

const MACHINE: Machine = {
  environment: {},
  platform: 'linux',
  uid: 7,
  isPrivileged: false,
  workingDirectory: '/w',
}

test('workenv §1.2 asks for mode 0700 where everybody may make directories', () => {
  const environment = { FLAVOR_CACHE: '/f', HOME: '/h', XDG_RUNTIME_DIR: '/r' }
  const rungs = cacheRungs({ ...MACHINE, environment })
  expect(rungs.map(({ name, isPrivate }) => [name, isPrivate])).toEqual([
    ['FLAVOR_CACHE', false],
    ['cache', false],
    ['runtime', true],
    ['temporary', true],
    ['temporary', true],
    ['memory', true],
  ])
})

test('workenv §1.1 does not let a caller with fewer rights choose the place', () => {
  const names = cacheRungs({ ...MACHINE, isPrivileged: true, environment: { FLAVOR_CACHE: '/evil' } })
  expect(names.map(({ path }) => path)).not.toContain('/evil')
})

test('workenv §1.1 takes a relative path for none', () => {
  expect(absolute('x/y', 'linux')).toBeUndefined()
  expect(absolute('C:\\x', 'win32')).toBe('C:\\x')
  expect(absolute(undefined, 'linux')).toBeUndefined()
})
