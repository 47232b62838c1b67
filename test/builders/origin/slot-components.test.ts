import { expect, test } from 'vitest'
import { fileComponents, libraryComponents, MAX_FILES } from '../../../src/builders/origin/slot-components.ts'
import type { ListingEntry } from '../../../src/format/tree-listing.ts'

const file = (path: string): ListingEntry => ({ type: 'f', mode: 0o444, size: 1, sha256: '12'.repeat(32), path })
const part = (paths: readonly string[]) => ({
  ...{ id: 'app', source: 'app/', checksum: '00'.repeat(32), tree: 'ab'.repeat(32), files: paths.length },
  listing: [{ ...file('bin'), type: 'd' as const, sha256: '-' }, ...paths.map(file)],
})

test('files are known by their hash, directories not at all', () => {
  expect(fileComponents(part(['bin/run', 'data']))).toMatchObject([
    { ref: 'file:app/bin/run', type: 'file', name: 'bin/run', sha256: '12'.repeat(32) },
    { ref: 'file:app/data' },
  ])
})

test('a slot of very many files, and one that came encoded, is known by the hash over all of them', () => {
  const whole = [{ ref: 'slot:app', name: 'app/', properties: { 'flavor:tree': `sha256:${'ab'.repeat(32)}` } }]
  const { listing: _, ...encoded } = part(['a'])
  expect(fileComponents(encoded)).toMatchObject(whole)
  expect(fileComponents(part(Array.from({ length: MAX_FILES + 1 }, (_, at) => `f${at}`)))).toMatchObject(whole)
  expect(libraryComponents(encoded)).toEqual([])
})

test('libraries that came from elsewhere are found beside an interpreter and where wheels have theirs', () => {
  const libraries = ['lib/libssl.so.3', 'lib/python3/site-packages/numpy.libs/libblas-1.so.0', 'x/.dylibs/libz.dylib']
  const others = ['lib/python3/numpy/core.so', 'lib/readme.txt', 'bin/tool', 'x.libs/deep/a.so']
  expect(libraryComponents(part([...libraries, ...others])).map(({ name }) => name)).toEqual([
    ...['libssl.so.3', 'libblas-1.so.0', 'libz.dylib'],
  ])
})
