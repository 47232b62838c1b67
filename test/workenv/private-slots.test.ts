import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keyId } from '../../src/crypto/key-id.ts'
import { openPackage } from '../../src/package/package-file.ts'
import { moveOnce } from '../../src/workenv/private-slots.ts'
import { fileSlot, TEST_KEY, writeSample } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'
import { appPlan, freshBase, packed, prepare, treeSlot } from './workenv-fixture.ts'

const app = treeSlot('app', { 'bin/run': 'x' })

test('workenv §9.1: every run has a volatile slot of its own, gone with it', async () => {
  const scratchSlot = treeSlot('work dir', { 'a/data': 'x' }, { lifecycle: 'volatile', target: 'work' })
  const [pkg, base] = [await packed(appPlan({ slots: [app, scratchSlot] })), freshBase()]
  const [first, second] = [await prepare(pkg, base), await prepare(pkg, base)]
  const places = [first, second].map(({ workenv }) => workenv.slotDirectories['work dir'] ?? '')
  expect(places[0]).not.toBe(places[1])
  expect(first.workenv.slotPaths[1]).toBe(places[0])
  const file = join(places[0] ?? '', 'a/data')
  expect(lstatSync(file).mode & 0o200).toBe(0o200)
  writeFileSync(file, 'changed')
  expect(readFileSync(join(places[1] ?? '', 'a/data'), 'utf8')).toBe('x')
  expect([first.workenv.hasVolatileSlots, existsSync(join(first.workenv.root, 'work'))]).toEqual([true, false])
  first.workenv.release()
  second.workenv.release()
  expect(readdirSync(join(base, 'runs'))).toEqual([])
})

test('workenv §9.1: a run with volatile slots removes those of runs that ended a day ago, or they would pile up', async () => {
  const work = treeSlot('work', { data: 'x' }, { lifecycle: 'volatile', target: 'work' })
  const [pkg, base] = [await packed(appPlan({ slots: [app, work] })), freshBase()]
  await prepare(pkg, base)
  const old = join(base, 'runs/0123456789abcdef')
  mkdirSync(join(old, '1'), { recursive: true })
  utimesSync(old, Date.now() / 1000 - 25 * 3600, Date.now() / 1000 - 25 * 3600)
  const { workenv } = await prepare(pkg, base)
  expect([workenv.fresh, existsSync(old)]).toEqual([false, false])
})

test('workenv §9.2: a persistent slot is made once and survives upgrades', async () => {
  const directory = scratch()
  writeFileSync(join(directory, 'file'), 'first')
  const state = { ...fileSlot('state', join(directory, 'file'), 'etc/state.db'), lifecycle: 'persistent' as const }
  const base = freshBase()
  const environment = { XDG_DATA_HOME: scratch() }
  const pkg = await packed(appPlan({ slots: [app, state] }))
  const place = (await prepare(pkg, base, { environment })).workenv.slotDirectories.state ?? ''
  const owner = `sample-${keyId(TEST_KEY.publicKey)}`
  expect(place).toBe(join(environment.XDG_DATA_HOME, 'flavor/persistent', owner, 'state/state.db'))
  writeFileSync(place, 'kept')
  const upgrade = appPlan({ package: { name: 'sample', version: '2' }, slots: [app, state] })
  const after = await prepare(await packed(upgrade), base, { environment })
  expect([after.workenv.slotDirectories.state, readFileSync(place, 'utf8')]).toEqual([place, 'kept'])
  expect(readdirSync(join(environment.XDG_DATA_HOME, 'flavor/staging'))).toEqual([])
})

test('workenv §9.2: a first run removes what a killed one left beside the data', async () => {
  const slot = treeSlot('data', { a: 'x' }, { lifecycle: 'persistent', target: 'data' })
  const environment = { XDG_DATA_HOME: scratch() }
  const staging = join(environment.XDG_DATA_HOME, 'flavor/staging')
  const base = freshBase()
  // Killed while it made the data, and after that.
  for (const version of ['1', '2']) {
    mkdirSync(join(staging, '0123456789abcdef/slot'), { recursive: true, mode: 0o700 })
    writeFileSync(join(staging, 'fedcba9876543210.lock'), '')
    const pkg = await packed(appPlan({ package: { name: 'sample', version }, slots: [app, slot] }))
    await prepare(pkg, base, { environment })
    expect(readdirSync(staging), version).toEqual([])
  }
})

test('workenv §9.2: a key that was thrown away names no owner', async () => {
  const slot = treeSlot('data', { a: 'x' }, { lifecycle: 'persistent', target: 'data' })
  const directory = scratch()
  const written = await writeSample(directory, appPlan({ slots: [app, slot] }), { ephemeral: true })
  const pkg = openPackage(written.path)
  const environment = { XDG_DATA_HOME: scratch() }
  const { workenv } = await prepare(pkg, freshBase(), { environment })
  expect(workenv.slotDirectories.data).toBe(join(environment.XDG_DATA_HOME, 'flavor/persistent/sample/data'))
  pkg.close()
})

test('workenv §9.2: without a place for data there is one clear error', async () => {
  const slot = treeSlot('data', { a: 'x' }, { lifecycle: 'persistent', target: 'data' })
  const pkg = await packed(appPlan({ slots: [app, slot] }))
  await expect(prepare(pkg, freshBase())).rejects.toMatchObject({ code: 'PERSISTENT_UNUSABLE' })
  const place = scratch()
  writeFileSync(join(place, 'flavor'), 'no directory')
  const environment = { XDG_DATA_HOME: place }
  await expect(prepare(pkg, freshBase(), { environment })).rejects.toMatchObject({ code: 'PERSISTENT_UNUSABLE' })
})

test('workenv §9.3: whoever comes second uses what is there', () => {
  const directory = scratch()
  for (const name of ['one', 'two', 'place']) mkdirSync(join(directory, name))
  writeFileSync(join(directory, 'place/winner'), '')
  moveOnce(join(directory, 'one'), join(directory, 'place'))
  expect(existsSync(join(directory, 'place/winner'))).toBe(true)
  expect(() => moveOnce(join(directory, 'gone'), join(directory, 'place'))).toThrowError(
    expect.objectContaining({ code: 'ENOENT' }),
  )
})
