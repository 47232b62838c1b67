import { readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { OP_TAR, OP_ZSTD } from '../../src/format/operations.ts'
import type { EncodedSlot } from '../../src/package/encoded-slot.ts'
import type { PlannedTree } from '../../src/package/planned-content.ts'
import { SlotCache } from '../../src/package/slot-cache.ts'
import { scratch } from '../support/scratch.ts'

const hex = 'ab'.repeat(32)
const tree: PlannedTree = { kind: 'tree', where: '', entries: [], listing: [] }

function writes(size: number): (path: string) => Promise<EncodedSlot> {
  return async path => {
    writeFileSync(path, Buffer.alloc(size))
    return { path, size, checksum: hex, originalSize: 1, tree: hex, files: 0, bytes: 0 }
  }
}

test('the key names all that the bytes depend on', () => {
  const cache = new SlotCache(scratch())
  const file = { type: 'f' as const, mode: 0o444, size: 0, sha256: hex, path: 'x' }
  const keys = [
    cache.key(tree, [OP_TAR], 'default', 1),
    cache.key(tree, [OP_TAR, OP_ZSTD], 'default', 1),
    cache.key(tree, [OP_TAR], 'release', 1),
    cache.key(tree, [OP_TAR], 'default', 2),
    cache.key({ ...tree, listing: [file] }, [OP_TAR], 'default', 1),
  ]
  expect(new Set(keys).size).toBe(keys.length)
  expect(cache.key(tree, [OP_TAR], 'default', 1)).toBe(keys[0])
})

test('an entry is found again, and nothing else is', async () => {
  const cache = new SlotCache(scratch())
  const added = await cache.add('one', writes(10))
  expect(cache.find('one')).toEqual(added)
  expect(cache.find('two')).toBeUndefined()
  writeFileSync(added.path, 'cut')
  expect(cache.find('one')).toBeUndefined()
})

test('whoever is second takes the entry of the first', async () => {
  const cache = new SlotCache(scratch())
  const first = await cache.add('one', writes(10))
  expect(await cache.add('one', writes(10))).toEqual(first)
})

test('a failed encoding leaves nothing', async () => {
  const directory = scratch()
  const failing = new SlotCache(directory).add('one', () => Promise.reject(new Error('no')))
  await expect(failing).rejects.toThrow('no')
  expect(readdirSync(directory)).toEqual([])
})

test('the least recently used go first', async () => {
  const directory = scratch()
  const cache = new SlotCache(directory)
  for (const [position, key] of ['old', 'mid', 'new'].entries()) {
    await cache.add(key, writes(100))
    utimesSync(join(directory, key), position + 1, position + 1)
  }
  cache.prune(250)
  expect(readdirSync(directory).sort()).toEqual(['mid', 'new'])
})

test('a cache that nothing was small enough for is left alone', () => {
  expect(() => new SlotCache(join(scratch(), 'absent')).prune()).not.toThrow()
})
