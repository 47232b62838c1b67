import { join } from 'node:path'
import { expect, test } from 'vitest'
import { slotArgument } from '../../src/cli/slot-argument.ts'
import { openPackage } from '../../src/package/package-file.ts'
import { fileSlot, samplePlan, writeSample } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

test('a slot is named by position or id; a position wins over an id that looks like one', async () => {
  const directory = scratch()
  const plan = samplePlan(join(directory, 'plan'))
  const self = { ...fileSlot('me', '', '$SELF'), operations: [], content: { kind: 'self' as const } }
  const slots = [...plan.slots, fileSlot('0', join(directory, 'plan/readme.txt'), 'zero'), self]
  const { path } = await writeSample(directory, { ...plan, slots })
  const pkg = openPackage(path)
  expect(slotArgument(pkg, 'readme').index).toBe(1)
  expect(slotArgument(pkg, '0').id).toBe('app')
  expect(slotArgument(pkg, '2').id).toBe('0')
  for (const text of ['9', '-1', '1.0', 'reedme', '99999999999999']) {
    expect(() => slotArgument(pkg, text), text).toThrow(code('ARGUMENT_VALUE'))
  }
  // §3.5: it has no bytes of its own.
  expect(() => slotArgument(pkg, 'me')).toThrow(code('ARGUMENT_VALUE'))
  pkg.close()
})
