import { mkdirSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  entriesIn,
  entryUsage,
  neededTrees,
  publishedIn,
  reportBases,
  rootOf,
  sharedIn,
  usableBases,
} from '../../src/workenv/cache-contents.ts'
import { CacheLayout } from '../../src/workenv/cache-layout.ts'
import { diskUsage } from '../../src/workenv/disk-usage.ts'
import { thisMachine } from '../../src/workenv/machine.ts'
import { claimLock, isOwned } from '../../src/workenv/os-lock.ts'
import { referenceWorkenv } from './reference-fixture.ts'
import { freshBase, packed, prepare, sharingPlan } from './workenv-fixture.ts'

async function contents() {
  const base = freshBase()
  const { workenv } = await prepare(await packed(sharingPlan()), base)
  const machine = { ...thisMachine({ FLAVOR_CACHE: base }), uid: process.geteuid?.() }
  return { base, workenv, machine, layout: new CacheLayout(base) }
}

test('workenv §2: what is published in a base', async () => {
  const { base, workenv, machine, layout } = await contents()
  expect(reportBases(machine)[0]).toEqual({ rung: 'FLAVOR_CACHE', path: base, state: 'usable' })
  const [found] = usableBases(machine)
  if (found === undefined) throw new Error('there is no base')
  const [entry] = publishedIn(found)
  if (entry === undefined) throw new Error('nothing is published')
  expect([entry.key, rootOf(entry), entry.about?.name]).toEqual([workenv.key, workenv.root, 'sample'])
  expect([...(neededTrees(layout) ?? [])]).toEqual(sharedIn(layout))
  expect(entry).toMatchObject({ kind: 'workenv', id: workenv.key, name: 'sample', version: '1.2.3' })
  expect(entryUsage(entry)).toEqual(diskUsage(workenv.attempt.directory))
})

test('workenv §10.3: while an attempt that somebody owns says nothing, nobody knows what is needed', async () => {
  const { layout } = await contents()
  const attempt = layout.attempt(`new-1-${'a'.repeat(20)}`, 1)
  const lock = claimLock(attempt.lock)
  mkdirSync(attempt.directory)
  expect(isOwned(attempt.lock)).toBe(true)
  expect(neededTrees(layout)).toBeUndefined()
  writeFileSync(attempt.about, JSON.stringify({ name: '', version: '', content: '', package: '', shares: ['t'] }))
  expect(neededTrees(layout)?.has('t')).toBe(true)
  lock?.release()
  expect(isOwned(attempt.lock)).toBe(false)
})

test('workenv §10.6: what the reference launchers left is there too', async () => {
  const { base, machine } = await contents()
  const theirs = referenceWorkenv(base, 'app')
  const [found] = usableBases(machine)
  if (found === undefined) throw new Error('there is no base')
  const [own, reference] = entriesIn(found, 'linux')
  if (reference === undefined) throw new Error('it is not found')
  expect([own?.kind, reference.kind, rootOf(reference)]).toEqual(['workenv', 'reference workenv', theirs.root])
  expect(entryUsage(reference).files).toBe(1)
})
