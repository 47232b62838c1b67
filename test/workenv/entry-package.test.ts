import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type CacheEntry, publishedIn, usableBases } from '../../src/workenv/cache-contents.ts'
import { openEntryPackage } from '../../src/workenv/entry-package.ts'
import { thisMachine } from '../../src/workenv/machine.ts'
import { appPlan, freshBase, packed, prepare } from './workenv-fixture.ts'

async function one() {
  const base = freshBase()
  const pkg = await packed(appPlan())
  await prepare(pkg, base)
  const [found] = usableBases(thisMachine({ FLAVOR_CACHE: base }))
  const [entry] = found === undefined ? [] : publishedIn(found)
  if (entry?.about === undefined) throw new Error('it is not found')
  return { pkg, entry, about: entry.about }
}

function reasonOf(entry: CacheEntry): string | undefined {
  const found = openEntryPackage(entry)
  return 'reason' in found ? found.reason : undefined
}

test('workenv §4.6: the package that about names is opened', async () => {
  const { pkg, entry } = await one()
  const found = openEntryPackage(entry)
  if ('reason' in found) throw new Error(found.reason)
  expect(found.pkg.contentHash).toBe(pkg.contentHash)
  found.pkg.close()
})

test('one that is gone, damaged, replaced or not known is told', async () => {
  const { pkg, entry, about } = await one()
  expect(reasonOf({ ...entry, about: undefined })).toMatch(/^it does not say which/)
  expect(reasonOf({ ...entry, about: { ...about, package: './app' } })).toMatch(/^it does not say which/)
  const other = await packed(appPlan({ package: { name: 'other', version: '1' } }))
  const kept = `${pkg.path}.kept`
  renameSync(pkg.path, kept)
  expect(reasonOf(entry)).toContain('cannot be read')
  writeFileSync(pkg.path, 'no package')
  expect(reasonOf(entry)).toContain('cannot be read')
  renameSync(other.path, join(pkg.path))
  expect(reasonOf(entry)).toBe(`${pkg.path} is another package by now`)
})
