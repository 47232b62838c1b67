import { chmodSync, truncateSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { sharedIn } from '../../src/workenv/cache-contents.ts'
import { CacheLayout } from '../../src/workenv/cache-layout.ts'
import { siteOf } from '../../src/workenv/find-workenv.ts'
import { isChecked, isUsable, readSharedListing } from '../../src/workenv/shared-state.ts'
import { planWorkenv } from '../../src/workenv/workenv-plan.ts'
import { freshBase, packed, prepare, sharingPlan } from './workenv-fixture.ts'

async function slot() {
  const base = freshBase()
  const pkg = await packed(sharingPlan())
  const { workenv } = await prepare(pkg, base)
  const layout = new CacheLayout(base)
  const [tree = ''] = sharedIn(layout)
  return { tree, shared: layout.shared(tree), site: siteOf(workenv.base, planWorkenv(pkg, process.platform)) }
}

test('workenv §6.3: usable with a listing of its name and a tree of its own', async () => {
  const { tree, shared, site } = await slot()
  expect(isUsable(site, shared, tree)).toBe(true)
  chmodSync(shared.tree, 0o777)
  expect(isUsable(site, shared, tree)).toBe(false)
  chmodSync(shared.tree, 0o700)
  truncateSync(shared.listing, 3)
  expect([isUsable(site, shared, tree), readSharedListing(shared, tree)]).toEqual([false, undefined])
})

test.skipIf(process.platform !== 'linux')('workenv §7.3: counts for the boot in which it was found whole', async () => {
  const { shared } = await slot()
  expect(isChecked(shared, 'linux')).toBe(true)
  writeFileSync(shared.checked, '00000000-0000\n')
  expect([isChecked(shared, 'linux'), isChecked(shared, 'darwin')]).toEqual([false, true])
  truncateSync(shared.checked, 0)
  expect(isChecked(shared, 'linux')).toBe(false)
})
