import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sharedIn } from '../../src/workenv/cache-contents.ts'
import { CacheLayout } from '../../src/workenv/cache-layout.ts'
import { type CleanOptions, cleanWorkenvs } from '../../src/workenv/clean-workenvs.ts'
import { diskUsage } from '../../src/workenv/disk-usage.ts'
import type { Workenv } from '../../src/workenv/workenv.ts'
import { referenceWorkenv } from './reference-fixture.ts'
import { freshBase, packed, prepare, sharingPlan, treeOf } from './workenv-fixture.ts'

async function cache() {
  const base = freshBase()
  const old = (await prepare(await packed(sharingPlan()), base)).workenv
  const current = (await prepare(await packed(sharingPlan({ package: { name: 'other', version: '2' } })), base)).workenv
  // Only this base: a test cleans nothing of the machine.
  const clean = (options: CleanOptions = {}) => cleanWorkenvs({ FLAVOR_CACHE: base }, { ...options, base })
  return { base, old, current, clean }
}

function age(workenv: Workenv, days: number): void {
  const then = Date.now() / 1000 - days * 24 * 3600
  utimesSync(join(workenv.base.path, 'envs', `${workenv.key}.seal`), then, then)
}

test('workenv §10: the old go, the current stay, and the slot that these need', async () => {
  const { base, old, current, clean } = await cache()
  age(old, 31)
  const planned = clean({ dryRun: true })
  expect(planned.removed.map(({ kind, id }) => [kind, id])).toEqual([['workenv', old.key]])
  expect(existsSync(old.root)).toBe(true)
  expect(clean()).toEqual(planned)
  expect([existsSync(old.root), existsSync(join(current.root, 'python/lib/os.py'))]).toEqual([false, true])
  expect(treeOf(join(base, 'staging'))).toEqual([])
})

test('workenv §10.1: what was used within a day stays, unless all is asked for', async () => {
  const { old, current, clean } = await cache()
  age(current, 2)
  const report = clean({ maxAge: 0 })
  expect(report.removed.map(({ id }) => id)).toEqual([current.key])
  expect(report.kept).toEqual([{ id: old.key, reason: 'it was used within 24 hours' }])
})

test.skipIf(process.platform !== 'linux')('workenv §10: all leaves nothing but what is in use', async () => {
  const { base, old, current, clean } = await cache()
  current.hold()
  const first = clean({ all: true })
  expect(first.removed.map(({ id }) => id)).toEqual([old.key])
  expect(first.kept).toEqual([{ id: current.key, reason: 'a process holds its lock' }])
  current.release()
  const planned = clean({ all: true, dryRun: true })
  expect(planned.removed.map(({ kind }) => kind)).toEqual(['workenv', 'shared slot'])
  const second = clean({ all: true })
  expect(second).toEqual(planned)
  expect(second.bytes).toBeGreaterThan(0)
  expect(treeOf(base)).toEqual(['envs/', 'slots/', 'staging/'])
})

test('of the versions of a package the newest stay', async () => {
  const { base, old, current, clean } = await cache()
  const newer = (await prepare(await packed(sharingPlan({ package: { name: 'sample', version: '1.10' } })), base))
    .workenv
  for (const workenv of [old, current, newer]) age(workenv, 2)
  expect(clean({ keep: 1, dryRun: true }).removed.map(({ id }) => id)).toEqual([old.key])
  age(newer, 90)
  expect(clean({ keep: 1, maxAge: 0 }).removed.map(({ id }) => id)).toEqual([old.key])
  expect([existsSync(newer.root), existsSync(current.root)]).toEqual([true, true])
})

test('the longest unused go until the rest fits, the shared slot counted once', async () => {
  const { base, old, current, clean } = await cache()
  age(old, 3)
  age(current, 2)
  const everything = clean({ maxSize: 1e9, dryRun: true })
  expect(everything.removed).toEqual([])
  const shared = diskUsage(join(base, 'slots')).bytes
  const sizes = [old, current].map(({ attempt }) => diskUsage(attempt.directory).bytes)
  expect(everything.left).toBe(shared + (sizes[0] ?? 0) + (sizes[1] ?? 0))
  const report = clean({ maxSize: (everything.left ?? 0) - 1 })
  expect(report).toMatchObject({ removed: [{ id: old.key }], left: shared + (sizes[1] ?? 0), kept: [] })
  age(current, 0)
  expect(clean({ maxSize: 0 })).toMatchObject({ removed: [], kept: [{ id: current.key }], left: report.left })
})

test('workenv §10.6: those of the reference launchers go by the same rules', async () => {
  const { base, clean } = await cache()
  const theirs = referenceWorkenv(base, 'tool', { days: 40 })
  referenceWorkenv(base, 'young', { days: 2 })
  expect(clean().removed).toMatchObject([{ kind: 'reference workenv', id: 'workenv/tool', path: theirs.root }])
  expect(readdirSync(join(base, 'workenv')).sort()).toEqual(['.young.pspf', 'young'])
})

test('workenv §8.3: what dead processes left goes at any time', async () => {
  const { base, clean } = await cache()
  const dead = join(base, 'staging/0123456789abcdef')
  mkdirSync(dead)
  writeFileSync(join(dead, 'half'), '12345')
  const planned = clean({ dryRun: true })
  expect(planned.removed).toEqual([{ kind: 'leftover', id: dead, path: dead, bytes: 5 }])
  expect(clean()).toEqual(planned)
  expect(existsSync(dead)).toBe(false)
})

test('workenv §10.3: a slot that nobody needs goes when it is a day old', async () => {
  const { base, old, current, clean } = await cache()
  for (const workenv of [old, current]) age(workenv, 31)
  expect(clean().removed.map(({ kind }) => kind)).toEqual(['workenv', 'workenv'])
  const layout = new CacheLayout(base)
  const [tree = ''] = sharedIn(layout)
  const then = Date.now() / 1000 - 25 * 3600
  for (const path of [layout.shared(tree).listing, layout.shared(tree).checked]) utimesSync(path, then, then)
  expect(clean().removed.map(({ kind, id }) => [kind, id])).toEqual([['shared slot', tree]])
  expect(treeOf(base)).toEqual(['envs/', 'slots/', 'staging/'])
})
