import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DirectoryMaker } from '../../src/package/directory-maker.ts'
import { scratch } from '../support/scratch.ts'

test('§6.1 makes what is missing and takes what is there', () => {
  const root = scratch()
  mkdirSync(join(root, 'a'))
  new DirectoryMaker(root).make('a/b/c')
  expect(statSync(join(root, 'a/b/c')).isDirectory()).toBe(true)
})

test.each(['link', 'file'])('§6.1 does not pass through a %s that is there', kind => {
  const [root, elsewhere] = [scratch(), scratch()]
  if (kind === 'link') symlinkSync(elsewhere, join(root, 'a'))
  else writeFileSync(join(root, 'a'), '')
  expect(() => new DirectoryMaker(root).make('a')).toThrowError(expect.objectContaining({ code: 'ENTRY_PARENT' }))
  expect(() => new DirectoryMaker(root).make('a/b')).toThrow()
  expect(readdirSync(elsewhere)).toEqual([])
})
