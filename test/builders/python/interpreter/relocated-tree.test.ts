import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { InstalledPython } from '../../../../src/builders/python/interpreter/installed-python.ts'
import { preparedInterpreter, relocateInterpreter } from '../../../../src/builders/python/interpreter/relocated-tree.ts'
import { fakeInstallation, listTree, Workshop } from './python-tree-fixture.ts'

let shop: Workshop
let steps: string[]

beforeEach(() => {
  shop = new Workshop()
  steps = []
})

afterEach(() => shop.remove())

function relocate(python: InstalledPython, cache = 'cache') {
  const context = {
    environment: { PATH: '/usr/bin:/bin' },
    cacheDirectory: shop.path(cache),
    onStep: (step: string) => steps.push(step),
  }
  return relocateInterpreter({ provider: 'vendored', python, libraries: [] }, context)
}

test('makes a tree with bytecode, its links and a configuration without a path of this machine', async () => {
  const tree = await relocate(await fakeInstallation(shop, 'opt'))
  expect(tree).toMatchObject({
    provider: 'vendored',
    version: '3.11.7',
    executable: 'bin/python3.11',
    stdlib: 'lib/python3.11',
    tags: { python: 'cp311', abi: 'cp311', platform: 'linux_x86_64' },
    // A script is no ELF file, so neither a C library nor a search path is known.
    libc: 'system',
    environment: {},
    notes: [],
  })
  expect(existsSync(join(tree.root, 'lib/python3.11/__pycache__'))).toBe(true)
  const config = readFileSync(join(tree.root, 'lib/python3.11/_sysconfigdata__linux_x86_64-linux-gnu.py'), 'utf8')
  expect(config).not.toContain(shop.root)
  expect(listTree(tree.root)).toEqual(expect.arrayContaining(['bin/python3 -> python3.11', 'bin/python -> python3.11']))
})

test('is prepared once, and again when the installation has changed', async () => {
  const python = await fakeInstallation(shop, 'opt')
  const first = await relocate(python)
  expect(await relocate(python)).toEqual(first)
  expect(steps).toHaveLength(1)
  shop.write('opt/lib/python3.11/new.py', 'x = 1\n')
  const second = await relocate(python)
  expect(second.sha256).not.toBe(first.sha256)
  expect(existsSync(join(second.root, 'lib/python3.11/new.py'))).toBe(true)
  expect(existsSync(join(first.root, 'lib/python3.11/new.py'))).toBe(false)
})

test('the same installation in another place gives the same tree', async () => {
  const one = await relocate(await fakeInstallation(shop, 'opt'), 'cache')
  const library = listTree(one.root).filter(row => row.startsWith('lib/'))
  const two = await relocate(await fakeInstallation(shop, 'a/longer/place'), 'other/cache')
  expect(listTree(two.root).filter(row => row.startsWith('lib/'))).toEqual(library)
})

test('a library that does not compile is refused, and nothing is kept', async () => {
  const python = await fakeInstallation(shop, 'opt')
  shop.write('opt/lib/python3.11/broken.py', 'def (\n')
  await expect(relocate(python)).rejects.toMatchObject({
    code: 'INTERPRETER_PREPARE',
    detail: { file: 'lib/python3.11/broken.py' },
  })
  expect(readdirSync(shop.path('cache/interpreters'))).toEqual([])
  rmSync(shop.path('opt/lib/python3.11/broken.py'))
  expect((await relocate(python)).version).toBe('3.11.7')
})

test('what a lock names is found without the installation, and only with the libraries that it names', async () => {
  const made = await relocate(await fakeInstallation(shop, 'opt'))
  rmSync(shop.path('opt'), { recursive: true })
  const context = { environment: {}, cacheDirectory: shop.path('cache') }
  const locked = { provider: 'vendored' as const, version: made.version, sha256: made.sha256 }
  expect(preparedInterpreter(locked, [], context)).toEqual(made)
  expect(preparedInterpreter({ ...locked, sha256: 'ab'.repeat(32) }, [], context)).toBeUndefined()
  expect(preparedInterpreter(locked, ['libx.so.1'], context)).toBeUndefined()
  const other = { ...locked, libraries: { 'libx.so.1': 'cd'.repeat(32) } }
  expect(preparedInterpreter(other, ['libx.so.1'], context)).toBeUndefined()
})
