import { lstatSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inspectBase } from '../../src/workenv/base-directory.ts'
import { type CheckLevel, findWorkenv, keyAt, siteOf } from '../../src/workenv/find-workenv.ts'
import { thisMachine } from '../../src/workenv/machine.ts'
import { formatSeal, parseSeal } from '../../src/workenv/seal.ts'
import { planWorkenv } from '../../src/workenv/workenv-plan.ts'
import { failPoint } from './fail-points.ts'
import { appPlan, freshBase, packed, prepare, sharingPlan } from './workenv-fixture.ts'

async function site(plan = appPlan()) {
  const [pkg, path] = [await packed(plan), freshBase()]
  const state = inspectBase({ name: 'FLAVOR_CACHE', path, isPrivate: false }, thisMachine({}))
  if (state.state !== 'usable') throw new Error('the base is not usable')
  const workenvPlan = planWorkenv(pkg, process.platform)
  const find = (level: CheckLevel = 'standard') =>
    findWorkenv(siteOf(state.base, workenvPlan), pkg, workenvPlan, level, process.platform)
  return { pkg, path, plan: workenvPlan, find }
}

test('workenv §7.1: absent, then ready', async () => {
  const { pkg, path, find, plan } = await site()
  expect(find()).toEqual({ state: 'absent' })
  const { workenv } = await prepare(pkg, path)
  expect(find()).toMatchObject({ state: 'ready', published: { attempt: { root: workenv.root } } })
  expect(workenv.key).toBe(keyAt(path, plan))
})

test('workenv §7.1: strict is always a reason to look closer', async () => {
  const { pkg, path, find } = await site()
  await prepare(pkg, path)
  expect(find('strict')).toMatchObject({ state: 'suspect', suspicion: 'strict' })
})

test('workenv §5.1: a seal that names other slots than the package has is none', async () => {
  const { pkg, path, find } = await site(sharingPlan())
  const { key } = (await prepare(pkg, path)).workenv
  const file = join(path, 'envs', `${key}.seal`)
  const seal = parseSeal(readFileSync(file, 'latin1'))
  if (seal === undefined) throw new Error('there is no seal')
  const [own, shared] = seal.slots
  if (own === undefined || shared === undefined) throw new Error('there are not two slots')
  const wrong = [[own], [own, { ...shared, tree: 'a'.repeat(64) }], [own, { ...own, index: 1 }], []]
  for (const slots of wrong) {
    writeFileSync(file, formatSeal({ ...seal, slots }))
    expect(find()).toMatchObject({ state: 'unsound' })
  }
})

test('workenv §7.1: a warm check writes nothing and walks nothing', async () => {
  const { pkg, path, find } = await site(sharingPlan())
  await prepare(pkg, path)
  const before = lstatSync(path, { bigint: true })
  const point = failPoint(path, 1, name => {
    throw new Error(`${name} on a warm start`)
  })
  expect(find()).toMatchObject({ state: 'ready' })
  point.restore()
  expect(point.calls).toBe(0)
  expect(lstatSync(path, { bigint: true }).mtimeNs).toBe(before.mtimeNs)
})
