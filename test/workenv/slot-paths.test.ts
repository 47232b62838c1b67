import { expect, test } from 'vitest'
import { CacheLayout } from '../../src/workenv/cache-layout.ts'
import { slotPathIn, slotPaths } from '../../src/workenv/slot-paths.ts'
import { fileSlot } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'
import { appPlan, packed, treeSlot } from './workenv-fixture.ts'

test('workenv §9: the place of each slot', async () => {
  const { writeFileSync } = await import('node:fs')
  const directory = scratch()
  writeFileSync(`${directory}/file`, 'text')
  const slots = [
    treeSlot('app', { 'bin/run': 'x' }),
    treeSlot('models', { m: 'x' }, { lifecycle: 'lazy', target: 'models' }),
    { ...fileSlot('state', `${directory}/file`, 'etc/state.db'), lifecycle: 'volatile' as const },
    fileSlot('doc', `${directory}/file`, 'share/doc.txt'),
  ]
  const pkg = await packed(appPlan({ slots }))
  const attempt = new CacheLayout('/b').attempt('k', 1)
  expect(
    slotPaths(
      pkg.slots,
      attempt,
      new Map([
        [1, '/b/slots/t/tree'],
        [2, '/b/runs/r/2'],
      ]),
    ),
  ).toEqual(['/b/envs/k.1/root', '/b/slots/t/tree', '/b/runs/r/2/state.db', '/b/envs/k.1/root/share/doc.txt'])
  const [tree] = pkg.slots
  expect(tree === undefined ? '' : slotPathIn('/d', tree)).toBe('/d')
})
