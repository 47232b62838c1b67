import { expect, test } from 'vitest'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import type { ListingEntry } from '../../src/format/tree-listing.ts'
import {
  below,
  expectedAfterSetup,
  expectedSlot,
  expectedTree,
  linkTarget,
  parentOf,
} from '../../src/workenv/expected-tree.ts'

const NOTHING = { slots: [], links: [], derived: [], directories: [] }

function file(path: string, text = path): ListingEntry {
  return { type: 'f', mode: 0o444, size: text.length, sha256: sha256Hex(Buffer.from(text)), path }
}

function directory(path: string, mode: number): ListingEntry {
  return { type: 'd', mode, size: 0, sha256: '-', path }
}

test('workenv §4.1: of two slots that name a directory, the later gives the mode', () => {
  const slots = [0o755, 0o700].map((mode, index) => ({
    index,
    target: '',
    isTree: true,
    entries: [directory('lib', mode), file(`lib/${index}`)],
  }))
  const tree = expectedTree({ ...NOTHING, slots })
  expect(tree.get('lib')).toMatchObject({ mode: 0o700, origin: 1 })
  expect(tree.size).toBe(3)
})

test('workenv §7.2 knows directories that no listing names: a link in their place would lead elsewhere', () => {
  const tree = expectedTree({ ...NOTHING, slots: [{ index: 0, target: 'a/b', isTree: true, entries: [file('c/d')] }] })
  expect([...tree.keys()]).toEqual(['a', 'a/b', 'a/b/c', 'a/b/c/d'])
  expect(tree.get('a/b/c')).toMatchObject({ type: 'd', mode: undefined })
})

test('workenv §6.4: what setup left as it was is still the slot’s, the rest is setup’s', () => {
  const parts = { ...NOTHING, slots: [{ index: 0, target: '', isTree: true, entries: [file('a'), file('b')] }] }
  const tree = expectedAfterSetup([file('a'), file('b', 'changed'), file('c')], parts)
  expect([...tree.values()].map(({ path, origin }) => [path, origin])).toEqual([
    ['a', 0],
    ['b', 'setup'],
    ['c', 'setup'],
  ])
})

test('workenv §7.2: a shared slot has its own root', () => {
  expect([...expectedSlot(3, [file('x/y')]).values()].map(({ path, origin }) => [path, origin])).toEqual([
    ['x', 3],
    ['x/y', 3],
  ])
})

test('paths', () => {
  expect([parentOf('a/b/c'), parentOf('a'), below('', 'x'), below('a', 'x')]).toEqual(['a/b', '', 'x', 'a/x'])
  expect(linkTarget('python', 't')).toBe('../../../slots/t/tree')
})
