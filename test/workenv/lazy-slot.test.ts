import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Base } from '../../src/workenv/base-directory.ts'
import { CacheLayout } from '../../src/workenv/cache-layout.ts'
import { lazyDirectories, placeLazySlots } from '../../src/workenv/lazy-slot.ts'
import { thisMachine } from '../../src/workenv/machine.ts'
import { Workenv } from '../../src/workenv/workenv.ts'
import { planWorkenv } from '../../src/workenv/workenv-plan.ts'
import { appPlan, freshBase, packed, prepare, treeSlot } from './workenv-fixture.ts'

const models = treeSlot('models', { 'm/one': 'x' }, { lifecycle: 'lazy', target: 'models' })

async function lazyPackage() {
  const plan = appPlan()
  const pkg = await packed({ ...plan, slots: [...plan.slots, models] })
  const tree = (pkg.slots[1]?.metadata.tree ?? '').replace('sha256:', '')
  return { pkg, tree, plan: planWorkenv(pkg, 'linux') }
}

test('workenv §9.3: the place has a name before there is anything, and cleaning knows who needs it', async () => {
  const { pkg, tree, plan } = await lazyPackage()
  const base = freshBase()
  const { workenv } = await prepare(pkg, base)
  const place = join(base, 'slots', tree, 'tree')
  expect(workenv.slotDirectories).toEqual({ models: place })
  expect(workenv.slotPaths[1]).toBe(place)
  expect(existsSync(place)).toBe(false)
  expect([...lazyDirectories(pkg.slots, plan, new CacheLayout(base))]).toEqual([[1, place]])
  expect(JSON.parse(readFileSync(workenv.attempt.about, 'utf8')).shares).toEqual([tree])
})

test('workenv §9.3: of a base that is only read, what is not filled is placed in one of the user, or stays', async () => {
  const { pkg, tree, plan } = await lazyPackage()
  const [theirs, own] = [freshBase(), freshBase()]
  chmodSync(theirs, 0o755)
  const { workenv } = await prepare(pkg, theirs)
  const base: Base = { ...workenv.base, isReadOnly: true }
  const placed = (environment: Record<string, string>) => {
    const site = { base, layout: new CacheLayout(theirs), key: workenv.key }
    const seal = { content: '', attempt: 1, place: undefined, boot: undefined, setup: undefined, slots: [] }
    const published = { site, seal: { ...seal, executable: undefined }, attempt: workenv.attempt }
    const other = new Workenv({ plan, pkg }, published, false)
    placeLazySlots(other, pkg.slots, plan, thisMachine(environment))
    return other.slotDirectories.models
  }
  expect(placed({ FLAVOR_CACHE: own })).toBe(join(own, 'slots', tree, 'tree'))
})
