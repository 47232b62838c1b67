import * as v from 'valibot'
import { expect, test } from 'vitest'
import { InterpreterFactsSchema } from '../../../../src/builders/python/interpreter/interpreter-tree.ts'

const facts = {
  version: '3.11.7',
  executable: 'bin/python3.11',
  stdlib: 'lib/python3.11',
  tags: { python: 'cp311', abi: 'cp311', platform: 'linux_x86_64', cache: 'cpython-311', soabi: 'x' },
  libc: 'glibc',
  environment: { LD_ORIGIN_PATH: 'bin' },
  sha256: 'abc',
  libraries: {},
  files: 1,
  bytes: 2,
  notes: [],
}

test('facts that were kept by this version are read back', () => {
  expect(v.parse(InterpreterFactsSchema, { ...facts, libcVersion: '2.34' })).toEqual({ ...facts, libcVersion: '2.34' })
  expect(v.parse(InterpreterFactsSchema, facts)).toEqual(facts)
})

test.each([
  ['a field of another version', { ...facts, extra: 1 }],
  ['an unknown C library', { ...facts, libc: 'newlib' }],
  ['a negative size', { ...facts, bytes: -1 }],
  ['no identity', { ...facts, sha256: undefined }],
])('%s: the tree is made again', (_, value) => {
  expect(v.safeParse(InterpreterFactsSchema, value).success).toBe(false)
})
