import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SourceFile } from '../../../../src/builders/python/interpreter/source-files.ts'
import { identifySource } from '../../../../src/builders/python/interpreter/source-tree.ts'
import { sha256Hex } from '../../../../src/crypto/sha256.ts'
import { describePython, Workshop } from './python-tree-fixture.ts'

let shop: Workshop

beforeEach(() => {
  shop = new Workshop()
})

afterEach(() => shop.remove())

const CONFIG = '_sysconfigdata__linux_x86_64-linux-gnu.py'

function files(place: string, changes: Record<string, string> = {}): SourceFile[] {
  const contents = { 'lib/os.py': 'os', [`lib/${CONFIG}`]: `build_time_vars = {'prefix': '${place}'}`, ...changes }
  return Object.entries(contents).map(([path, content]) => {
    return { path, source: shop.write(`${place}/${path}`, content), isExecutable: path.startsWith('bin/') }
  })
}

function identify(place: string, changes: Record<string, string> = {}) {
  const prefix = `/home/somebody/${place}`
  return identifySource(describePython(prefix, { config: { prefix } }), files(place, changes))
}

test('the same installation has the same identity wherever it lies', () => {
  expect(identify('a').sha256).toBe(identify('b').sha256)
})

test('another content, name or mode is another identity', () => {
  const original = identify('a').sha256
  expect(identify('b', { 'lib/os.py': 'so' }).sha256).not.toBe(original)
  expect(identify('c', { 'lib/new.py': '' }).sha256).not.toBe(original)
  expect(identify('d', { 'bin/os.py': '' }).sha256).not.toBe(identify('e', { 'lib/../bin2/os.py': '' }).sha256)
})

test('the configuration is rendered, and second copies of it under other names are left out', () => {
  const source = identify('a', { 'lib/_sysconfigdata__x86_64-linux-gnu.py': 'machine' })
  expect(source.copied.map(file => file.path)).toEqual(['lib/os.py'])
  expect(source.rendered.map(file => file.path)).toEqual([`lib/${CONFIG}`])
  expect(Buffer.from(source.rendered[0]?.content ?? []).toString()).not.toContain('somebody')
})

test('extra libraries have hashes of their own and leave the identity alone', () => {
  const library = { path: 'lib/libstdc++.so.6', source: shop.write('cpp', 'c++'), isExecutable: true, isExtra: true }
  const source = identifySource(describePython('/p', { config: {} }), [...files('a'), library])
  expect(source.libraries).toEqual({ 'libstdc++.so.6': sha256Hex(Buffer.from('c++')) })
  expect(source.sha256).toBe(identifySource(describePython('/p', { config: {} }), files('b')).sha256)
})
