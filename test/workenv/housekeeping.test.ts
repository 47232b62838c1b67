import { existsSync, utimesSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import type { PackagePlan } from '../../src/package/package-plan.ts'
import { sharedIn } from '../../src/workenv/cache-contents.ts'
import { CacheLayout } from '../../src/workenv/cache-layout.ts'
import { Housekeeping } from '../../src/workenv/housekeeping.ts'
import { thisMachine } from '../../src/workenv/machine.ts'
import { tryLock } from '../../src/workenv/os-lock.ts'
import type { Workenv } from '../../src/workenv/workenv.ts'
import { appPlan, freshBase, packed, prepare, sharingPlan, treeOf, treeSlot } from './workenv-fixture.ts'

/** Another version of the same name: other content. */
function version(number: number, changes: Partial<PackagePlan> = {}): PackagePlan {
  return appPlan({ slots: [treeSlot('app', { 'bin/run': '#!/bin/sh\n', 'lib/data': 'x'.repeat(number) })], ...changes })
}

function named(name: string): Partial<PackagePlan> {
  return { package: { name, version: '1' } }
}

function age(path: string, days: number): void {
  const then = Date.now() / 1000 - days * 24 * 3600
  utimesSync(path, then, then)
}

/** Prepares a package that was last used some days ago. */
async function unusedFor(plan: PackagePlan, base: string, days: number): Promise<Workenv> {
  const { workenv } = await prepare(await packed(plan), base)
  age(new CacheLayout(base).seal(workenv.key), days)
  return workenv
}

async function current(base: string): Promise<Workenv> {
  return (await prepare(await packed(version(9)), base)).workenv
}

async function house(workenv: Workenv, more: Record<string, string> = {}, lines: string[] = []) {
  const machine = thisMachine({ FLAVOR_CACHE: workenv.base.path, HOME: '/nowhere', ...more })
  return await Housekeeping.after(workenv, machine, (level, message) => lines.push(`${level}: ${message}`))
}

async function run(workenv: Workenv, more: Record<string, string> = {}): Promise<string[] | undefined> {
  return (await house(workenv, more))?.run()
}

test('workenv §10.5: old versions go, and young ones and other names stay', async () => {
  const base = freshBase()
  const old = await unusedFor(version(1), base, 31)
  const young = await unusedFor(version(2), base, 29)
  const other = await unusedFor(version(3, named('other')), base, 300)
  const now = await current(base)
  expect(await run(now)).toEqual([old.attempt.directory])
  expect([old, young, other, now].map(({ root }) => existsSync(root))).toEqual([false, true, true, true])
  expect(treeOf(join(base, 'staging'))).toEqual([])
  expect(await run(now)).toEqual([])
  expect(await run(now, { FLAVOR_CACHE_MAX_AGE: '2d' })).toEqual([young.attempt.directory])
})

test('workenv §10.5: what is held stays, and 0 turns it off', async () => {
  const base = freshBase()
  const old = await unusedFor(version(1), base, 31)
  const now = await current(base)
  expect(await house(now, { FLAVOR_CACHE_MAX_AGE: '0' })).toBeUndefined()
  const lock = tryLock(old.attempt.lock, 'shared')
  expect(await run(now)).toEqual([])
  if (lock !== 'busy') lock.release()
  expect(await run(now)).toEqual([old.attempt.directory])
  expect(await house(now)).toBeUndefined()
})

test('workenv §10.5: a cache that is too large loses what was not used for longest, with its shared slot', async () => {
  const base = freshBase()
  const python = treeSlot('python', { 'lib/big.py': 'x'.repeat(5000) }, { target: 'python', share: true })
  const sharing = sharingPlan({ slots: [treeSlot('app', { 'bin/run': 'x' }), python], ...named('a') })
  const first = await unusedFor({ ...sharing, execution: appPlan().execution }, base, 3)
  const second = await unusedFor(version(1, named('b')), base, 2)
  const layout = new CacheLayout(base)
  const shared = layout.shared(sharedIn(layout)[0] ?? '')
  for (const file of [shared.listing, shared.checked]) age(file, 2)
  const now = await current(base)
  expect(await run(now, { FLAVOR_CACHE_MAX_SIZE: '1MB' })).toEqual([])
  expect(await run(now, { FLAVOR_CACHE_MAX_SIZE: '6kB' })).toEqual([first.attempt.directory, shared.directory])
  expect(await run(now, { FLAVOR_CACHE_MAX_SIZE: '1B' })).toEqual([second.attempt.directory])
  expect(existsSync(now.root)).toBe(true)
})

test('workenv §10.5: a shared slot that somebody needs again, or that is young, stays', async () => {
  const base = freshBase()
  const first = await unusedFor(sharingPlan(), base, 31)
  const layout = new CacheLayout(base)
  const shared = layout.shared(sharedIn(layout)[0] ?? '')
  const now = await current(base)
  expect(await run(now)).toEqual([first.attempt.directory])
  expect(existsSync(shared.tree)).toBe(true)
  for (const file of [shared.listing, shared.checked]) age(file, 2)
  expect(await run(now)).toEqual([shared.directory])
})

test('workenv §10.5: in line it only takes out of sight', async () => {
  const base = freshBase()
  const old = await unusedFor(version(1), base, 31)
  const other = await unusedFor(version(2, named('b')), base, 2)
  const now = await current(base)
  const keeper = await house(now, { FLAVOR_CACHE_MAX_SIZE: '1B' })
  keeper?.runInLine()
  expect(existsSync(other.root)).toBe(true)
  expect(existsSync(old.root)).toBe(false)
  expect(treeOf(join(base, 'staging')).join()).toContain('lib/data')
  await prepare(await packed(version(4)), base)
  expect(treeOf(join(base, 'staging'))).toEqual([])
})

test('workenv §10.5: settings that cannot be understood are told, and remove nothing', async () => {
  const base = freshBase()
  const old = await unusedFor(version(1), base, 31)
  const lines: string[] = []
  expect(await house(await current(base), { FLAVOR_CACHE_MAX_AGE: 'never' }, lines)).toBeUndefined()
  expect(lines).toEqual(['warn: FLAVOR_CACHE_MAX_AGE is not an age such as 30d: this limit is off (workenv §10.5)'])
  expect(existsSync(dirname(old.root))).toBe(true)
})
