import { expect, test } from 'vitest'
import type { PackagePlan } from '../../src/package/package-plan.ts'
import { singleProgram } from '../../src/workenv/single-program.ts'
import { planWorkenv } from '../../src/workenv/workenv-plan.ts'
import { scratch } from '../support/scratch.ts'
import { appPlan, packed, programPlan, treeSlot } from './workenv-fixture.ts'

/** The cases of the rule are vectors (workenv §12). */
async function slotOf(plan: PackagePlan): Promise<string | undefined> {
  const pkg = await packed(plan)
  return singleProgram(pkg, planWorkenv(pkg, 'linux'))?.id
}

test('workenv §1.4: the slot of a package that is one program', async () => {
  expect(await slotOf(programPlan(scratch(), '#!/bin/sh\n'))).toBe('app')
})

test('workenv §1.4: none of a tree, nor of two slots', async () => {
  expect(await slotOf(appPlan())).toBeUndefined()
  const { slots } = programPlan(scratch(), '#!/bin/sh\n')
  expect(await slotOf(appPlan({ slots: [...slots, treeSlot('data', { x: 'y' })] }))).toBeUndefined()
})
