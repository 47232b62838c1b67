import { afterEach, beforeEach, expect, test } from 'vitest'
import { missingLibraries } from '../../../../src/builders/python/interpreter/missing-libraries.ts'
import { makeElf } from './elf-fixture.ts'
import { Workshop } from './python-tree-fixture.ts'

let shop: Workshop

beforeEach(() => {
  shop = new Workshop()
})

afterEach(() => shop.remove())

test('names what neither the C library nor any of the directories has, once and sorted', () => {
  shop.write(
    'app/numpy/core.so',
    makeElf({ needed: ['libstdc++.so.6', 'libgcc_s.so.1', 'libblas-1a2b.so', 'libm.so.6'] }),
  )
  shop.write('app/numpy/more.so', makeElf({ needed: ['libstdc++.so.6', 'libz.so.1'] }))
  shop.write('app/numpy.libs/libblas-1a2b.so', makeElf())
  shop.write('python/lib/libz.so.1', makeElf())
  expect(missingLibraries([shop.path('app'), shop.path('python')])).toEqual(['libgcc_s.so.1', 'libstdc++.so.6'])
  expect(missingLibraries([shop.path('python')])).toEqual([])
})
