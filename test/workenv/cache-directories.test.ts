import { lstatSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { makeCacheDirectories } from '../../src/workenv/cache-directories.ts'
import { CacheLayout } from '../../src/workenv/cache-layout.ts'
import type { Site } from '../../src/workenv/find-workenv.ts'
import { freshBase, treeOf } from './workenv-fixture.ts'

function siteAt(path: string): Site {
  const base = { path, rung: 'cache', owner: 0, directoryMode: 0o700, fileMode: 0o600, isReadOnly: false } as const
  return { base, layout: new CacheLayout(path), key: 'k' }
}

test('workenv §6.1: made where they are not there', () => {
  const path = freshBase()
  for (let turn = 0; turn < 2; turn++) makeCacheDirectories(siteAt(path))
  expect(treeOf(path)).toEqual(['envs/', 'slots/', 'staging/'])
  expect(lstatSync(`${path}/envs`).mode & 0o7777).toBe(0o700)
})

test('workenv §1.3: something else in their place makes the rung fail', () => {
  const path = freshBase()
  writeFileSync(`${path}/envs`, '')
  expect(() => makeCacheDirectories(siteAt(path))).toThrowError(expect.objectContaining({ code: 'EEXIST' }))
})
