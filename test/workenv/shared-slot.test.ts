import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CacheLayout } from '../../src/workenv/cache-layout.ts'
import { sharedTree } from '../../src/workenv/workenv-plan.ts'
import { freshBase, packed, prepare, sharingPlan } from './workenv-fixture.ts'

async function place() {
  const pkg = await packed(sharingPlan())
  const base = freshBase()
  const slot = pkg.slots[1]
  if (slot === undefined) throw new Error('there is no shared slot')
  return { pkg, base, shared: new CacheLayout(base).shared(sharedTree(slot)) }
}

test('workenv §6.3: packages that come at once unpack a slot once', async () => {
  const { pkg, base, shared } = await place()
  const others = ['a', 'b', 'c'].map(name => packed(sharingPlan({ package: { name, version: '1' } })))
  await Promise.all([pkg, ...(await Promise.all(others))].map(one => prepare(one, base)))
  expect(readdirSync(join(base, 'slots')).sort()).toEqual([
    shared.directory.slice(join(base, 'slots/').length),
    shared.lock.slice(join(base, 'slots/').length),
  ])
  expect(readdirSync(join(base, 'staging'))).toEqual([])
})

test('workenv §6.3: what stands in its place and cannot be used makes way', async () => {
  const { pkg, base, shared } = await place()
  mkdirSync(join(shared.tree, 'bin'), { recursive: true, mode: 0o700 })
  writeFileSync(join(shared.tree, 'bin/python3'), 'evil')
  const { workenv } = await prepare(pkg, base)
  expect(readFileSync(join(workenv.root, 'python/bin/python3'), 'utf8')).toBe('#!/bin/sh\nexit 0\n')
  expect(readdirSync(join(base, 'staging'))).toEqual([])
})

test('workenv §6.3: a listing that was cut costs the slot, not the run', async () => {
  const { pkg, base, shared } = await place()
  await prepare(pkg, base)
  const before = lstatSync(shared.listing, { bigint: true })
  truncateSync(shared.listing, 10)
  const { workenv } = await prepare(pkg, base)
  expect(existsSync(join(workenv.root, 'python/lib/os.py'))).toBe(true)
  expect(lstatSync(shared.listing, { bigint: true }).ino).not.toBe(before.ino)
  expect((await prepare(pkg, base, { level: 'strict' })).lines).toEqual([])
})
