import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseListing } from '../../src/format/tree-listing.ts'
import { checkSlotContent, extractSlot } from '../../src/package/extract.ts'
import { openPackage, type PackageFile } from '../../src/package/package-file.ts'
import type { PackageSlot } from '../../src/package/package-slot.ts'
import { samplePlan, writeSample } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

async function withSlots<T>(use: (pkg: PackageFile, tree: PackageSlot, file: PackageSlot) => Promise<T>): Promise<T> {
  const directory = scratch()
  const { path } = await writeSample(directory, samplePlan(directory))
  const pkg = openPackage(path)
  const [tree, file] = pkg.slots
  if (tree === undefined || file === undefined) throw new Error('the sample has two slots')
  try {
    return await use(pkg, tree, file)
  } finally {
    pkg.close()
  }
}

test('§6.3 unpacking and checking without writing give one listing', async () => {
  await withSlots(async (pkg, tree, file) => {
    const root = scratch()
    for (const slot of [tree, file]) {
      const written = await extractSlot(pkg, slot, root)
      expect(await checkSlotContent(pkg, slot)).toEqual(written)
      expect(`sha256:${written.tree}`).toBe(slot.metadata.tree)
    }
    const { listing } = await checkSlotContent(pkg, file)
    expect(parseListing(listing).map(entry => entry.path)).toEqual(['readme.txt'])
  })
})

test('§6.4 a tree can be unpacked to another place than its own', async () => {
  await withSlots(async (pkg, tree) => {
    const root = scratch()
    await extractSlot(pkg, tree, root, { target: 'a/b' })
    expect(readFileSync(join(root, 'a/b/bin/run'), 'utf8')).toContain('ok')
  })
})

test('§6.1 a link that lies in the way is not followed', async () => {
  await withSlots(async (pkg, tree, file) => {
    const [root, elsewhere] = [scratch(), scratch()]
    symlinkSync(elsewhere, join(root, 'bin'))
    symlinkSync(elsewhere, join(root, 'share'))
    await expect(extractSlot(pkg, tree, root)).rejects.toMatchObject({ code: 'ENTRY_PARENT' })
    await expect(extractSlot(pkg, file, root)).rejects.toMatchObject({ code: 'ENTRY_PARENT' })
    await expect(extractSlot(pkg, tree, root, { target: 'bin/x' })).rejects.toMatchObject({ code: 'ENTRY_PARENT' })
    expect(readdirSync(elsewhere)).toEqual([])
  })
})

test('§6.1 what is there is not overwritten', async () => {
  await withSlots(async (pkg, tree) => {
    const root = scratch()
    mkdirSync(join(root, 'bin'))
    writeFileSync(join(root, 'bin/run'), 'mine')
    await expect(extractSlot(pkg, tree, root)).rejects.toMatchObject({ code: 'ENTRY_DUPLICATE' })
    expect(readFileSync(join(root, 'bin/run'), 'utf8')).toBe('mine')
  })
})

test.each(['tree', 'files', 'bytes'] as const)('§6.3 refuses another %s than was signed', async field => {
  await withSlots(async (pkg, tree) => {
    const wrong = field === 'tree' ? `sha256:${'1'.repeat(64)}` : 77
    const slot = { ...tree, metadata: { ...tree.metadata, [field]: wrong } }
    const code = field === 'tree' ? 'TREE_HASH' : 'TREE_COUNT'
    await expect(checkSlotContent(pkg, slot)).rejects.toMatchObject({ code })
  })
})

test('§6.3 our own packages must state a tree hash', async () => {
  await withSlots(async (pkg, tree) => {
    const { tree: _, ...metadata } = tree.metadata
    await expect(checkSlotContent(pkg, { ...tree, metadata })).rejects.toMatchObject({ code: 'TREE_HASH' })
  })
})
