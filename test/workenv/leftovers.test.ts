import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CacheLayout } from '../../src/workenv/cache-layout.ts'
import { listEnvs, removeLeftovers, removeOldRuns } from '../../src/workenv/leftovers.ts'
import { thisMachine } from '../../src/workenv/machine.ts'
import { claimLock, tryLock } from '../../src/workenv/os-lock.ts'
import { Staging } from '../../src/workenv/staging.ts'
import { appPlan, freshBase, packed, prepare } from './workenv-fixture.ts'

const MACHINE = thisMachine({})
const KEY = `dead-1-${'d'.repeat(20)}`

async function cache() {
  const [pkg, base] = [await packed(appPlan()), freshBase()]
  const { workenv } = await prepare(pkg, base)
  return { base, layout: new CacheLayout(base), workenv }
}

test('workenv §8.3: what a dead process left goes, what somebody owns stays', async () => {
  const { layout, workenv } = await cache()
  const [dead, owned, bare] = [1, 2, 3].map(number => layout.attempt(KEY, number))
  if (dead === undefined || owned === undefined || bare === undefined) throw new Error('there are three')
  for (const attempt of [dead, owned, bare]) mkdirSync(join(attempt.root, 'half'), { recursive: true })
  writeFileSync(dead.lock, '')
  const lock = claimLock(owned.lock)
  writeFileSync(layout.attempt(KEY, 9).lock, '')
  const mine = Staging.claim(layout.staging, 0o700)
  mkdirSync(join(layout.staging, '0123456789abcdef'))
  expect(removeLeftovers(layout, MACHINE, { dryRun: true }).length).toBe(3)
  expect(existsSync(dead.directory)).toBe(true)
  const removed = removeLeftovers(layout, MACHINE)
  expect(removed.sort()).toEqual([bare.directory, dead.directory, join(layout.staging, '0123456789abcdef')].sort())
  expect([existsSync(owned.directory), existsSync(mine.path), existsSync(workenv.root)]).toEqual([true, true, true])
  expect(existsSync(layout.attempt(KEY, 9).lock)).toBe(false)
  lock?.release()
  mine.remove()
  expect(removeLeftovers(layout, MACHINE)).toEqual([owned.directory])
})

test('workenv §2: names that are not ours are left alone', async () => {
  const { layout } = await cache()
  const foreign = [join(layout.envs, 'notes'), join(layout.staging, 'notes'), join(layout.envs, 'x.1')]
  for (const path of foreign) mkdirSync(path)
  expect(removeLeftovers(layout, MACHINE)).toEqual([])
  expect(foreign.every(path => existsSync(path))).toBe(true)
})

test('workenv §9.1: a run that nobody owns goes after a day', async () => {
  const { layout } = await cache()
  const run = join(layout.runs, '0123456789abcdef')
  mkdirSync(run, { recursive: true })
  expect(removeLeftovers(layout, MACHINE)).toEqual([])
  const then = Date.now() / 1000 - 25 * 3600
  utimesSync(run, then, then)
  expect(removeLeftovers(layout, MACHINE)).toEqual([run])
  expect(readdirSync(layout.runs)).toEqual([])
})

test('workenv §9.1: a start removes as many old runs as it has time for, and passes by those that are used', async () => {
  const { layout } = await cache()
  const names = Array.from({ length: 66 }, (_, at) => `${at}`.padStart(16, '0'))
  const then = Date.now() / 1000 - 25 * 3600
  for (const name of [...names, 'f'.repeat(16)]) mkdirSync(join(layout.runs, name), { recursive: true })
  for (const name of names) utimesSync(join(layout.runs, name), then, then)
  const used = tryLock(join(layout.runs, `${names[0]}.lock`), 'exclusive')
  removeOldRuns(layout, MACHINE)
  const left = () => readdirSync(layout.runs).filter(name => !name.endsWith('.lock'))
  expect(left()).toEqual([names[0], names[65], 'f'.repeat(16)])
  if (used !== 'busy') used.release()
  removeOldRuns(layout, MACHINE)
  expect(left()).toEqual(['f'.repeat(16)])
})

test('workenv §8.3: a lock of a run that nobody owns goes alone too', async () => {
  const { layout } = await cache()
  mkdirSync(layout.runs)
  writeFileSync(join(layout.runs, '0123456789abcdef.lock'), '')
  expect(removeLeftovers(layout, MACHINE)).toEqual([])
  expect(readdirSync(layout.runs)).toEqual([])
})

test('workenv §10.4: elsewhere than on Linux a superseded attempt goes after a day', async () => {
  const { layout } = await cache()
  const attempt = layout.attempt(KEY, 1)
  mkdirSync(attempt.root, { recursive: true })
  writeFileSync(attempt.seal, '')
  const elsewhere = { ...MACHINE, platform: 'freebsd' as const }
  expect(removeLeftovers(layout, elsewhere)).toEqual([])
  const then = Date.now() / 1000 - 25 * 3600
  utimesSync(attempt.seal, then, then)
  expect(removeLeftovers(layout, elsewhere)).toEqual([attempt.directory])
})

test('workenv §2: keys and attempts by their names', async () => {
  const { layout, workenv } = await cache()
  expect(listEnvs(layout.envs)).toEqual({ keys: [workenv.key], attempts: [{ key: workenv.key, number: 1 }] })
  expect(listEnvs(join(layout.base, 'nothing'))).toEqual({ keys: [], attempts: [] })
})
