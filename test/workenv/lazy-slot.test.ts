import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { materialiseSlot } from '../../src/workenv/lazy-slot.ts'
import { appPlan, freshBase, packed, prepare, treeOf, treeSlot } from './workenv-fixture.ts'

test('workenv §9.3: unpacked when first asked for, once, also by several at once', async () => {
  const models = treeSlot('models', { 'm/one': 'x' }, { lifecycle: 'lazy', target: 'models' })
  const plan = appPlan()
  const [pkg, base] = [await packed({ ...plan, slots: [...plan.slots, models] }), freshBase()]
  const { workenv } = await prepare(pkg, base)
  const place = workenv.slotDirectories.models ?? ''
  expect(existsSync(place)).toBe(false)
  const made = await Promise.all(Array.from({ length: 4 }, () => materialiseSlot(pkg, workenv, 'models')))
  expect(new Set(made)).toEqual(new Set([place]))
  expect(readFileSync(join(place, 'm/one'), 'utf8')).toBe('x')
  expect(treeOf(join(base, 'staging'))).toEqual([])
  expect((await prepare(pkg, base, { level: 'strict' })).lines).toEqual([])
  await expect(materialiseSlot(pkg, workenv, 'app')).rejects.toMatchObject({ code: 'SLOT_NOT_LAZY' })
})
