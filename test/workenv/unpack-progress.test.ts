import { expect, test } from 'vitest'
import { unpackProgress } from '../../src/workenv/unpack-progress.ts'
import { packed, sharingPlan } from './workenv-fixture.ts'

test('several slots are one piece of work', async () => {
  const { slots } = await packed(sharingPlan())
  const total = slots.reduce((sum, slot) => sum + Number(slot.descriptor.size), 0)
  const events: unknown[] = []
  const onBytes = unpackProgress(event => events.push(event), slots)
  onBytes?.(10)
  onBytes?.(5)
  expect(events).toEqual([
    { step: 'unpacking', done: 10, total },
    { step: 'unpacking', done: 15, total },
  ])
  expect(unpackProgress(undefined, slots)).toBeUndefined()
})
