import { readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { InterpreterCache } from '../../../../src/builders/python/interpreter/interpreter-cache.ts'
import { Workshop } from './python-tree-fixture.ts'

let shop: Workshop
let cache: InterpreterCache

beforeEach(() => {
  shop = new Workshop()
  cache = new InterpreterCache(shop.root)
})

afterEach(() => shop.remove())

const facts = {
  version: '3.11.7',
  executable: 'bin/python3.11',
  stdlib: 'lib/python3.11',
  tags: { python: 'cp311', abi: 'cp311', platform: 'linux_x86_64', cache: 'cpython-311', soabi: 'x' },
  libc: 'glibc' as const,
  libcVersion: '2.34',
  environment: {},
  sha256: 'abc',
  libraries: {},
  notes: [],
}

async function make(root: string): Promise<typeof facts> {
  writeFileSync(join(root, 'file'), 'four')
  symlinkSync('file', join(root, 'link'))
  return facts
}

test('what was made is found again, with its size', async () => {
  expect(cache.find('key')).toBeUndefined()
  const made = await cache.add('key', make)
  expect(made.facts).toEqual({ ...facts, files: 2, bytes: 8 })
  expect(cache.find('key')).toEqual(made)
  expect(readdirSync(shop.path('interpreters'))).toEqual(['key'])
  expect(statSync(shop.path('interpreters')).mode & 0o777).toBe(0o700)
})

test('a failure leaves nothing behind', async () => {
  const failure = new Error('no')
  await expect(cache.add('key', () => Promise.reject(failure))).rejects.toBe(failure)
  expect(readdirSync(shop.path('interpreters'))).toEqual([])
})

test('an entry that lost a file, or its facts, is made again', async () => {
  const made = await cache.add('key', make)
  rmSync(join(made.root, 'link'))
  expect(cache.find('key')).toBeUndefined()
  const again = await cache.add('key', make)
  expect(cache.find('key')).toEqual(again)
  writeFileSync(join(made.root, '..', 'interpreter.json'), '{"version": 3}')
  expect(cache.find('key')).toBeUndefined()
})

test('the loser of a race uses the tree of the winner', async () => {
  const winner = await cache.add('key', async root => {
    await cache.add('key', make)
    return await make(root)
  })
  expect(cache.find('key')).toEqual(winner)
  expect(readdirSync(shop.path('interpreters'))).toEqual(['key'])
})

test('a cache that cannot be written says so', async () => {
  shop.write('blocked')
  const failure = new InterpreterCache(shop.path('blocked')).add('key', make)
  await expect(failure).rejects.toEqual(expect.objectContaining({ code: 'INTERPRETER_CACHE' }))
})

test('the cache does not grow for ever: what was not used for a day makes room, what was used last stays', async () => {
  const old = new Date(Date.now() - 2 * 24 * 3600 * 1000)
  for (let at = 0; at < 9; at += 1) {
    await cache.add(`key${at}`, make)
    utimesSync(join(shop.root, 'interpreters', `key${at}`), old, old)
  }
  expect(cache.find('key0')).toBeDefined()
  await cache.add('new', make)
  const left = readdirSync(join(shop.root, 'interpreters'))
  expect(left).toHaveLength(8)
  expect(left).toEqual(expect.arrayContaining(['key0', 'new']))
})
