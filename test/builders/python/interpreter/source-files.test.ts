import { symlinkSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { collectSourceFiles } from '../../../../src/builders/python/interpreter/source-files.ts'
import { describePython, Workshop } from './python-tree-fixture.ts'

let shop: Workshop

beforeEach(() => {
  shop = new Workshop()
  shop.write('bin/python3.11', '', 0o755)
  shop.write('lib/python3.11/os.py')
  shop.write('lib/python3.11/json/decoder.py', '', 0o755)
  shop.write('lib/python3.11/json/__pycache__/decoder.cpython-311.pyc')
  shop.write('lib/python3.11/site-packages/requests/api.py')
  shop.write('lib/python3.11/test/test_os.py')
  shop.write('lib/python3.11/lib-dynload/_ssl.so')
  shop.write('include/python3.11/Python.h')
})

afterEach(() => shop.remove())

function paths(): string[] {
  return collectSourceFiles(describePython(shop.root)).files.map(file => file.path)
}

test('the executable and the library are taken, in order, and nothing that is pruned', () => {
  const layout = collectSourceFiles(describePython(shop.root))
  expect(layout).toMatchObject({ executable: 'bin/python3.11', stdlib: 'lib/python3.11' })
  expect(layout.files.map(file => [file.path, file.isExecutable])).toEqual([
    ['bin/python3.11', true],
    ['lib/python3.11/json/decoder.py', false],
    ['lib/python3.11/lib-dynload/_ssl.so', true],
    ['lib/python3.11/os.py', false],
  ])
})

test('links are followed, so that no link of the machine is shipped; a dangling one is left out', () => {
  shop.write('etc/hook.py', 'x = 1')
  symlinkSync('/nonexistent/gone.py', shop.path('lib/python3.11/gone.py'))
  symlinkSync(shop.path('etc/hook.py'), shop.path('lib/python3.11/hook.py'))
  symlinkSync(shop.path('etc/hook.py'), shop.path('lib/python3.11/sitecustomize.py'))
  expect(paths()).toContain('lib/python3.11/hook.py')
  expect(paths().filter(path => /gone|sitecustomize/.test(path))).toEqual([])
})

test('a free-threaded build keeps its letter', () => {
  shop.write('lib/python3.13t/os.py')
  const python = describePython(shop.root, {
    version: '3.13.1',
    abiflags: 't',
    stdlib: shop.path('lib/python3.13t'),
    dynload: null,
  })
  expect(collectSourceFiles(python)).toMatchObject({ executable: 'bin/python3.13t', stdlib: 'lib/python3.13t' })
})

test('a library outside of the prefix, or none at all, is refused', () => {
  const refused = expect.objectContaining({ code: 'INTERPRETER_LAYOUT' })
  const elsewhere = describePython(shop.path('bin'), { stdlib: shop.path('lib/python3.11') })
  expect(() => collectSourceFiles(elsewhere)).toThrowError(refused)
  const empty = describePython(shop.root, { stdlib: shop.path('include') })
  expect(() => collectSourceFiles(empty)).toThrowError(refused)
})
