import { mkdirSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  isOwned,
  isRecent,
  neededTrees,
  publishedIn,
  reportBases,
  rootOf,
  sharedIn,
  usableBases,
  usedBy,
} from '../../src/workenv/cache-contents.ts'
import { CacheLayout } from '../../src/workenv/cache-layout.ts'
import { thisMachine } from '../../src/workenv/machine.ts'
import { claimLock } from '../../src/workenv/os-lock.ts'
import { ProcessNames } from '../../src/workenv/processes.ts'
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
  expect([isRecent(entry, Date.now()), isRecent(entry, Date.now() + 25 * 3600_000)]).toEqual([true, false])
  expect(usedBy(entry, undefined)).toBeUndefined()
  expect(usedBy(entry, new ProcessNames([workenv.root]))).toBe('a running process names it')
  workenv.hold()
  expect(usedBy(entry, undefined)).toBe('a process holds its lock')
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
