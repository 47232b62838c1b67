import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sharedIn } from '../../src/workenv/cache-contents.ts'
import { CacheLayout } from '../../src/workenv/cache-layout.ts'
import { tryLock } from '../../src/workenv/os-lock.ts'
import { removeShared } from '../../src/workenv/remove-shared.ts'
import { removeWorkenv } from '../../src/workenv/remove-workenv.ts'
import { freshBase, packed, prepare, sharingPlan, treeOf } from './workenv-fixture.ts'

test('workenv §10.3: a slot that anybody needs comes back, one that nobody needs goes', async () => {
  const base = freshBase()
  const { workenv } = await prepare(await packed(sharingPlan()), base)
  const layout = new CacheLayout(base)
  const [tree = ''] = sharedIn(layout)
  const { directory } = layout.shared(tree)
  const before = statSync(directory).ctimeMs
  expect(removeShared(layout, workenv.base, tree)).toBe(false)
  expect(existsSync(join(workenv.root, 'python/lib/os.py'))).toBe(true)
  // Renaming it would have taken it from under whoever runs from it, if only for a moment.
  expect(statSync(directory).ctimeMs).toBe(before)
  removeWorkenv({ FLAVOR_CACHE: base }, workenv.key)
  const lock = tryLock(layout.shared(tree).lock, 'exclusive')
  expect(removeShared(layout, workenv.base, tree)).toBe(false)
  if (lock !== 'busy') lock.release()
  expect(removeShared(layout, workenv.base, tree)).toBe(true)
  expect(removeShared(layout, workenv.base, tree)).toBe(false)
  expect(treeOf(base)).toEqual(['envs/', 'slots/', 'staging/'])
})
