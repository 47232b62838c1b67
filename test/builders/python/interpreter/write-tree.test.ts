import { mkdirSync, readFileSync, readlinkSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { settleModes, writeTree } from '../../../../src/builders/python/interpreter/write-tree.ts'
import { makeElf } from './elf-fixture.ts'
import { describePython, listTree, Workshop } from './python-tree-fixture.ts'

let shop: Workshop
const umask = process.umask()

beforeEach(() => {
  shop = new Workshop()
})

afterEach(() => {
  process.umask(umask)
  shop.remove()
})

const PREFIX = '/home/alice/python-3.11'

function write(name: string): string {
  const binary = makeElf({ soname: `${PREFIX}/lib`, debug: Buffer.from('DEBUG'.repeat(50)) })
  const copied = [
    { path: 'bin/python3.11', source: shop.write('source/python', binary, 0o700), isExecutable: true },
    { path: 'lib/python3.11/os.py', source: shop.write('source/os.py', PREFIX, 0o600), isExecutable: false },
  ]
  const rendered = [{ path: 'lib/python3.11/_sysconfigdata.py', content: Buffer.from('config') }]
  const root = shop.path(name)
  mkdirSync(root)
  writeTree(root, { copied, rendered, sha256: '', libraries: {} }, describePython(PREFIX), 'bin/python3.11')
  settleModes(root)
  return root
}

test('binaries lose debugging information and prefix, other files stay as they are', () => {
  const root = write('tree')
  const binary = readFileSync(`${root}/bin/python3.11`)
  expect(binary.includes('DEBUG')).toBe(false)
  expect(binary.includes(PREFIX)).toBe(false)
  expect(readFileSync(`${root}/lib/python3.11/os.py`, 'utf8')).toBe(PREFIX)
  expect(readFileSync(`${root}/lib/python3.11/_sysconfigdata.py`, 'utf8')).toBe('config')
})

test('the usual names lead to the executable, by relative links', () => {
  const root = write('tree')
  expect(readlinkSync(`${root}/bin/python3`)).toBe('python3.11')
  expect(readlinkSync(`${root}/bin/python`)).toBe('python3.11')
})

test('modes depend neither on the source nor on the umask', () => {
  const open = listTree(write('open'))
  process.umask(0o077)
  const strict = listTree(write('strict'))
  expect(strict).toEqual(open)
  expect(open.filter(row => row.startsWith('bin/python3.11 ') || row.endsWith('/ 755'))).toHaveLength(4)
})
