import { chmodSync, lstatSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cacheBase, writableBase } from '../../src/workenv/cache-base.ts'
import { thisMachine } from '../../src/workenv/machine.ts'
import { freshBase } from './workenv-fixture.ts'

test('workenv §1.1: the first base that works, made where it is not there', () => {
  const path = join(freshBase(), 'deep/base')
  expect(cacheBase({ FLAVOR_CACHE: path })).toEqual({ path, rung: 'FLAVOR_CACHE' })
  expect(lstatSync(path).mode & 0o7777).toBe(0o700)
  expect(writableBase(thisMachine({ FLAVOR_CACHE: path })).path).toBe(path)
})

test('workenv §1.1: says why the rungs above are not used', () => {
  const [open, home] = [freshBase(), freshBase()]
  chmodSync(open, 0o777)
  const found = cacheBase({ FLAVOR_CACHE: open, XDG_CACHE_HOME: home })
  expect(found).toMatchObject({ path: join(home, 'flavor'), rung: 'cache' })
  expect(found.reason).toContain(`FLAVOR_CACHE ${open}: others can write to it`)
})

test('workenv §1.1: where nothing works, one error says so', () => {
  const open = freshBase()
  chmodSync(open, 0o777)
  const rungs = [{ name: 'cache' as const, path: open, isPrivate: false }]
  expect(() => writableBase(thisMachine({}), rungs)).toThrowError(expect.objectContaining({ code: 'CACHE_UNUSABLE' }))
})
