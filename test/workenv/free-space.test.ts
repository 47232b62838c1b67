import { expect, test } from 'vitest'
import type { PackageSlot } from '../../src/package/package-slot.ts'
import { checkSpace } from '../../src/workenv/free-space.ts'
import { scratch } from '../support/scratch.ts'
import { appPlan, packed } from './workenv-fixture.ts'

test('workenv §1.3 compares what was signed with what is free', async () => {
  const { slots } = await packed(appPlan())
  const [slot] = slots
  if (slot === undefined) throw new Error('there is no slot')
  const place = scratch()
  const sized = (metadata: object): PackageSlot => ({ ...slot, metadata: { ...slot.metadata, ...metadata } })
  expect(() => checkSpace(place, slots)).not.toThrow()
  expect(() => checkSpace(place, [sized({ bytes: 2 ** 52 })])).toThrowError(
    expect.objectContaining({ isForSpace: true }),
  )
  const { bytes: _, ...unsized } = slot.metadata
  const huge = { ...slot.descriptor, originalSize: 2n ** 52n }
  expect(() => checkSpace(place, [{ ...slot, metadata: unsized, descriptor: huge }])).toThrow('are needed')
})
