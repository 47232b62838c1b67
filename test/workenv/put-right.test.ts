import { existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { ListingEntry } from '../../src/format/tree-listing.ts'
import { type ExpectedEntry, expectedSlot } from '../../src/workenv/expected-tree.ts'
import { putRight } from '../../src/workenv/put-right.ts'
import { Staging } from '../../src/workenv/staging.ts'
import { scratch } from '../support/scratch.ts'

test('workenv §7.6: every entry by a rename, parents first, the main executable last', () => {
  const place = scratch()
  const [root, copy] = [join(place, 'root'), join(place, 'copy')]
  mkdirSync(join(copy, 'lib'), { recursive: true })
  mkdirSync(join(root, 'other'), { recursive: true })
  for (const path of ['exe', 'lib/file']) writeFileSync(join(copy, path), `right ${path}`)
  symlinkSync('other', join(root, 'lib'))
  mkdirSync(join(root, 'exe'))
  writeFileSync(join(root, 'stray'), '')
  const entries: ListingEntry[] = ['exe', 'lib/file'].map(path => ({
    type: 'f',
    mode: 0o444,
    size: 0,
    sha256: '',
    path,
  }))
  const expected = [...expectedSlot(0, entries).values()]
  const staging = Staging.claim(join(place, 'staging'), 0o700)
  const order: string[] = []
  const copyOf = (entry: ExpectedEntry) => {
    order.push(entry.path)
    return join(copy, entry.path)
  }
  const damage = expected.map(entry => ({ path: entry.path, kind: 'type' as const, expected: entry }))
  const extra = { path: 'stray', kind: 'extra' as const, expected: undefined }
  putRight({ root, damage: [...damage, extra], staging, copyOf, last: 'exe' })
  staging.remove()
  expect(order).toEqual(['lib/file', 'exe'])
  expect(lstatSync(join(root, 'lib')).isDirectory()).toBe(true)
  expect(readFileSync(join(root, 'exe'), 'utf8')).toBe('right exe')
  expect([existsSync(join(root, 'stray')), existsSync(join(root, 'other/file'))]).toEqual([false, false])
})
