import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stripElf } from '../../../src/builders/python/interpreter/strip-elf.ts'
import { trimDistribution } from '../../../src/builders/python/trim-distribution.ts'
import { recordRow } from '../../../src/builders/python/wheel-record.ts'
import { scratch } from '../../support/scratch.ts'
import { makeElf } from './interpreter/elf-fixture.ts'
import { writeFiles } from './stand-ins.ts'

const library = makeElf({ needed: ['libc.so.6'], debug: Buffer.from('DEBUG'.repeat(1000)) })

function install(
  rows: readonly string[],
  files: Record<string, string> = {},
): { root: string; tree: string; info: string } {
  const root = scratch()
  writeFiles(join(root, 'tree/site'), { ...files, 'app-1.0.dist-info/RECORD': `${rows.join('\n')}\n` })
  return { root, tree: join(root, 'tree'), info: join(root, 'tree/site/app-1.0.dist-info') }
}

function recordOf(info: string): string[] {
  return readFileSync(join(info, 'RECORD'), 'utf8').trim().split('\n')
}

test('binaries lose what only debuggers read, and the record has their new hashes', () => {
  const rows = ['app/x.py,sha256=y,6', 'app/fast.so,sha256=z,9']
  const { tree, info } = install(rows, { 'app/x.py': 'x = 1\n', 'app/fast.so': '' })
  const place = join(tree, 'site/app/fast.so')
  writeFileSync(place, library)
  const { mode } = statSync(place)
  trimDistribution(tree, info)
  const stripped = Buffer.from(stripElf(library))
  expect(readFileSync(place).equals(stripped)).toBe(true)
  expect(stripped.length).toBeLessThan(library.length)
  expect(statSync(place).mode).toBe(mode)
  expect(recordOf(info)).toEqual(['app/x.py,sha256=y,6', recordRow('app/fast.so', stripped)])
})

test('stubs for Windows go from pip and setuptools, with their rows; those of others are their data', () => {
  const paths = [
    'pip/_vendor/distlib/t64.exe',
    'distlib/w32.exe',
    'setuptools/cli.exe',
    'app/data.exe',
    'setuptools/x.py',
  ]
  const files = Object.fromEntries(paths.map(path => [path, 'MZ']))
  const { tree, info } = install(
    paths.map(path => `${path},sha256=y,2`),
    files,
  )
  trimDistribution(tree, info)
  expect(recordOf(info)).toEqual(['app/data.exe,sha256=y,2', 'setuptools/x.py,sha256=y,2'])
  expect(paths.map(path => existsSync(join(tree, 'site', path)))).toEqual([false, false, false, true, true])
})

test('a record that names files outside of the tree, or links, changes nothing there', () => {
  const rows = ['../../outside.so,sha256=z,9', 'app/link.so,sha256=z,9', 'app/missing.so,sha256=z,9']
  const { root, tree, info } = install(rows, { 'app/x.py': '' })
  writeFileSync(join(root, 'outside.so'), library)
  symlinkSync('../../../outside.so', join(tree, 'site/app/link.so'))
  trimDistribution(tree, info)
  expect(readFileSync(join(root, 'outside.so')).equals(library)).toBe(true)
  expect(recordOf(info)).toEqual(rows)
})

test('a distribution without a record is left as it is', () => {
  const root = scratch()
  writeFiles(root, { 'app-1.0.dist-info/METADATA': 'Name: app\n' })
  trimDistribution(root, join(root, 'app-1.0.dist-info'))
  expect(existsSync(join(root, 'app-1.0.dist-info/RECORD'))).toBe(false)
})
