import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isProgram, searchPath } from '../../src/tools/search-path.ts'

let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'flavor-search-path-'))
  for (const directory of ['a', 'b', 'c']) mkdirSync(join(root, directory))
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

function program(path: string): string {
  const file = join(root, path)
  writeFileSync(file, '#!/bin/sh\n')
  chmodSync(file, 0o755)
  return file
}

test('gives every match in the order of PATH', () => {
  const second = program('b/tool')
  const first = program('a/tool')
  expect(searchPath('tool', { PATH: `${root}/a:${root}/b:${root}/c` })).toEqual([first, second])
})

test('passes over directories, files that may not be run, and relative or empty entries', () => {
  mkdirSync(join(root, 'a/tool'))
  writeFileSync(join(root, 'b/tool'), '')
  chmodSync(join(root, 'b/tool'), 0o644)
  const real = program('c/tool')
  expect(searchPath('tool', { PATH: `:.:bin:${root}/a:${root}/b:${root}/c` })).toEqual([real])
  expect(searchPath('tool', {})).toEqual([])
})

test('isProgram says no to what is not there', () => {
  expect(isProgram(join(root, 'missing'))).toBe(false)
})
