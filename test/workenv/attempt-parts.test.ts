import { expect, test } from 'vitest'
import { attemptParts, isInOwnDirectory } from '../../src/workenv/attempt-parts.ts'
import { planWorkenv } from '../../src/workenv/workenv-plan.ts'
import { packed, sharingPlan } from './workenv-fixture.ts'

test('workenv §7.2: slots, links, derived files and directories', async () => {
  const derived = [{ path: 'cfg', template: '{workenv}/x', mode: '0640' }]
  const workenv = { directories: [{ path: '{workenv}/tmp', mode: '0750' }] }
  const pkg = await packed(sharingPlan({ derived, workenv }))
  const plan = planWorkenv(pkg, 'linux')
  const parts = attemptParts(pkg.slots, plan, '/r', new Map([[0, []]]))
  expect(parts.slots).toEqual([{ index: 0, target: '', isTree: true, entries: [] }])
  expect(parts.links).toEqual([{ target: 'python', tree: pkg.slots[1]?.metadata.tree?.slice(7) }])
  expect(parts.derived).toEqual([{ path: 'cfg', mode: 0o640, content: Buffer.from('/r/x') }])
  expect(parts.directories).toEqual([{ path: 'tmp', mode: 0o750 }])
  expect(['tmp', 'tmp/x', 'tmpx', 'cfg'].map(path => isInOwnDirectory(plan, path))).toEqual([true, true, false, false])
})
