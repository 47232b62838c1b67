import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  compareReleases,
  highestGlibc,
  requiredGlibc,
} from '../../../../src/builders/python/interpreter/required-glibc.ts'
import { makeElf } from './elf-fixture.ts'
import { Workshop } from './python-tree-fixture.ts'

let shop: Workshop

beforeEach(() => {
  shop = new Workshop()
})

afterEach(() => shop.remove())

test('the highest version of any file counts, by number and not by text', () => {
  shop.write('a.so', makeElf({ versions: { 'libc.so.6': ['GLIBC_2.9', 'GLIBC_2.2.5'] } }))
  shop.write('b/c.so', makeElf({ versions: { 'libm.so.6': ['GLIBC_2.29'], 'libssl.so.3': ['OPENSSL_3.0.0'] } }))
  expect(requiredGlibc(shop.root)).toBe('2.29')
})

test('a feature of the loader counts as the release that brought it; private versions do not count', () => {
  const files = (versions: string[]) => [{ needed: [], versions }]
  expect(highestGlibc(files(['GLIBC_2.17', 'GLIBC_ABI_DT_RELR', 'GLIBC_PRIVATE']))).toBe('2.36')
  expect(highestGlibc(files(['GLIBCXX_3.4.30']))).toBeUndefined()
})

test('a directory without binaries needs none', () => {
  expect(requiredGlibc(shop.root)).toBeUndefined()
})

test('compareReleases orders by numbers', () => {
  expect(['2.4', '2.34', '2.9', '2.2.5'].sort(compareReleases)).toEqual(['2.2.5', '2.4', '2.9', '2.34'])
})
