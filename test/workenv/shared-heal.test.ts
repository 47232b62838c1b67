import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { siteOf } from '../../src/workenv/find-workenv.ts'
import { thisMachine } from '../../src/workenv/machine.ts'
import { checkShared, healShared, markChecked, stillDamaged } from '../../src/workenv/shared-heal.ts'
import { planWorkenv } from '../../src/workenv/workenv-plan.ts'
import type { SiteRequest } from '../../src/workenv/workenv-request.ts'
import { freshBase, packed, prepare, sharingPlan, treeOf } from './workenv-fixture.ts'

const STRICT = { hash: true, extras: true }

async function shared() {
  const pkg = await packed(sharingPlan())
  const { workenv } = await prepare(pkg, freshBase())
  const plan = planWorkenv(pkg, process.platform)
  const lines: string[] = []
  const request: SiteRequest = {
    pkg,
    plan,
    site: siteOf(workenv.base, plan),
    level: 'standard',
    isDoubted: false,
    machine: thisMachine({}),
    log: (level, message) => lines.push(`${level}: ${message}`),
    runSetup: async () => undefined,
    onProgress: undefined,
    accepts: () => true,
  }
  const slot = pkg.slots[1]
  if (slot === undefined) throw new Error('there is no shared slot')
  return { request, slot, tree: join(workenv.root, 'python'), lines, base: workenv.base.path }
}

test('workenv §7.6 heals a shared slot entry by entry', async () => {
  const { request, slot, tree, lines, base } = await shared()
  const before = treeOf(base)
  expect(checkShared(request, slot, STRICT)).toEqual([])
  rmSync(join(tree, 'bin/python3'))
  chmodSync(join(tree, 'lib/os.py'), 0o644)
  writeFileSync(join(tree, 'lib/extra.py'), '')
  expect(checkShared(request, slot, STRICT)?.map(({ path, kind }) => `${path} ${kind}`)).toEqual([
    'bin/python3 missing',
    'lib/os.py mode',
    'lib/extra.py extra',
  ])
  await healShared(request, slot, STRICT)
  expect(checkShared(request, slot, STRICT)).toEqual([])
  expect(lines).toEqual([expect.stringMatching(/^info: sample: healed 3 entries of the shared slot python/)])
  expect(treeOf(base)).toEqual(before)
})

test('workenv §4.7: without its listing nothing can be compared', async () => {
  const { request, slot, tree } = await shared()
  markChecked(request, slot)
  rmSync(join(request.site.layout.slots, readTree(tree), 'listing'))
  expect(checkShared(request, slot, STRICT)).toBeUndefined()
})

function readTree(link: string): string {
  const { readlinkSync } = process.getBuiltinModule('node:fs')
  return readlinkSync(link).split('/').at(-2) ?? ''
}

test('workenv §7.6: damage that comes back is an error', () => {
  const error = stillDamaged('/r', [{ path: 'a', kind: 'content', expected: undefined }])
  expect(error).toMatchObject({ code: 'TREE_DAMAGED', row: { launcherExit: 103 } })
})
