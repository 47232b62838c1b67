import { mkdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pointToLibraries } from '../../../../src/builders/python/interpreter/library-search.ts'
import type { ToolContext } from '../../../../src/tools/tool.ts'
import { makeElf } from './elf-fixture.ts'
import { Workshop } from './python-tree-fixture.ts'

let shop: Workshop

beforeEach(() => {
  shop = new Workshop()
  mkdirSync(shop.path('tree/lib'), { recursive: true })
})

afterEach(() => shop.remove())

/** A patchelf that writes down what it is asked for. */
function context(status = 0): ToolContext {
  const log = shop.path('log')
  const script = `#!/bin/sh\nif [ "$1" = --version ]; then echo patchelf 0.19.3; exit; fi\necho "$*" >> '${log}'\necho nope >&2\nexit ${status}\n`
  const FLAVOR_PATCHELF = shop.write('patchelf', script, 0o755)
  return { environment: { ...process.env, FLAVOR_PATCHELF }, cacheDirectory: shop.path('cache') }
}

function calls(): string[] {
  return readFileSync(shop.path('log'), 'utf8')
    .trim()
    .split('\n')
    .map(line => line.replaceAll(`${shop.root}/tree/`, ''))
}

test('the executable gets a DT_RPATH, everything else loses its search path', async () => {
  shop.write('tree/bin/python3.11', makeElf({ needed: ['libpython3.11.so.1.0'], runpath: '/opt/lib' }))
  shop.write('tree/lib/libpython3.11.so.1.0', makeElf({ soname: 'libpython3.11.so.1.0' }))
  shop.write('tree/lib/python3.11/lib-dynload/_ssl.so', makeElf({ runpath: '/opt/lib' }))
  shop.write('tree/lib/python3.11/lib-dynload/math.so', makeElf())
  expect(await pointToLibraries(shop.path('tree'), 'bin/python3.11', context())).toBe(true)
  expect(calls()).toEqual([
    '--force-rpath --set-rpath $ORIGIN/../lib bin/python3.11',
    '--remove-rpath lib/python3.11/lib-dynload/_ssl.so',
  ])
})

test('an executable that needs no library of the tree itself says so, though its modules do', async () => {
  shop.write('tree/bin/python3.11', makeElf({ needed: ['libc.so.6'] }))
  shop.write('tree/lib/libssl.so.3', makeElf())
  expect(await pointToLibraries(shop.path('tree'), 'bin/python3.11', context())).toBe(false)
})

test('a tree without libraries needs no patchelf at all', async () => {
  shop.write('tree/bin/python3.11', makeElf({ needed: ['libc.so.6'], runpath: '$ORIGIN/../lib' }))
  const nothing = { environment: { PATH: '' }, cacheDirectory: shop.path('cache') }
  expect(await pointToLibraries(shop.path('tree'), 'bin/python3.11', nothing)).toBe(false)
})

test('a patchelf that fails is an error with its words', async () => {
  shop.write('tree/bin/python3.11', makeElf({ needed: ['libz.so.1'] }))
  shop.write('tree/lib/libz.so.1', makeElf())
  const failure = pointToLibraries(shop.path('tree'), 'bin/python3.11', context(1))
  await expect(failure).rejects.toMatchObject({ code: 'INTERPRETER_PREPARE', message: expect.stringContaining('nope') })
})
