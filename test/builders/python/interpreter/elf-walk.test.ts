import { symlinkSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { elfFiles, readElfFile } from '../../../../src/builders/python/interpreter/elf-walk.ts'
import { makeElf } from './elf-fixture.ts'
import { Workshop } from './python-tree-fixture.ts'

let shop: Workshop

beforeEach(() => {
  shop = new Workshop()
})

afterEach(() => shop.remove())

test('finds ELF files by their content, sorted, and follows no link', () => {
  shop.write('b/deep/x.so', makeElf({ soname: 'x' }))
  shop.write('a.txt', makeElf({ soname: 'a' }))
  shop.write('b/script', '#!/bin/sh\n')
  shop.write('empty')
  symlinkSync('a.txt', shop.path('link'))
  expect(elfFiles(shop.root).map(found => [found.path, found.elf.soname])).toEqual([
    ['a.txt', 'a'],
    ['b/deep/x.so', 'x'],
  ])
})

test('a file that begins as ELF and is cut off is refused by its name', () => {
  const path = shop.write('cut.so', makeElf({ needed: ['libc.so.6'] }).subarray(0, 100))
  expect(() => readElfFile(path, 'cut.so')).toThrowError(
    expect.objectContaining({ code: 'INTERPRETER_ELF', detail: expect.objectContaining({ file: 'cut.so' }) }),
  )
})
