import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { removeTree } from '../../src/workenv/remove-tree.ts'
import { scratch } from '../support/scratch.ts'

test('removes trees that a program made read-only, and follows no link out of them', () => {
  const directory = scratch()
  const tree = join(directory, 'tree')
  mkdirSync(join(tree, 'a/b'), { recursive: true })
  writeFileSync(join(tree, 'a/b/file'), '', { mode: 0o400 })
  mkdirSync(join(directory, 'other'))
  writeFileSync(join(directory, 'other/kept'), '')
  symlinkSync('../other', join(tree, 'link'))
  for (const path of ['a/b', 'a', '']) chmodSync(join(tree, path), 0o500)
  removeTree(tree)
  expect(existsSync(tree)).toBe(false)
  expect(existsSync(join(directory, 'other/kept'))).toBe(true)
})

test('what is not there is no error', () => {
  removeTree(join(scratch(), 'nothing'))
})
