import { chmodSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import { PackCache } from '../../../src/builders/python/pack-cache.ts'
import { scratch } from '../../support/scratch.ts'
import { refused, writeFiles } from './stand-ins.ts'

const Schema = v.strictObject({ name: v.string(), entries: v.number(), bytes: v.number() })

const make = (name: string) => async (_: string, tree: string) => {
  writeFiles(tree, { 'a/b.txt': name })
  return { name }
}

test('what was made once is found again, with its files', async () => {
  const cache = new PackCache(join(scratch(), 'cache'), Schema)
  expect(cache.find('key')).toBeUndefined()
  const made = await cache.add('key', make('one'))
  expect(made).toMatchObject({
    record: { name: 'one', entries: 2, bytes: 3 },
    entries: [{ path: 'a' }, { path: 'a/b.txt' }],
  })
  expect(cache.find('key')).toEqual(made)
})

test('an entry that lost a file is made again', async () => {
  const cache = new PackCache(scratch(), Schema)
  const made = await cache.add('key', make('one'))
  rmSync(join(made.root, 'a/b.txt'))
  expect(cache.find('key')).toBeUndefined()
  expect((await cache.add('key', make('two'))).record.name).toBe('two')
})

test('where another process was faster, its entry is used', async () => {
  const directory = scratch()
  const cache = new PackCache(directory, Schema)
  const made = await cache.add('key', async (staging, tree) => {
    await new PackCache(directory, Schema).add('key', make('faster'))
    return await make('slower')(staging, tree)
  })
  expect(made.record.name).toBe('faster')
})

test('a failure leaves nothing behind', async () => {
  const directory = scratch()
  const cache = new PackCache(directory, Schema)
  await expect(cache.add('key', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(readdirSync(directory)).toEqual([])
})

test('it is bounded: the least recently used go', async () => {
  const directory = scratch()
  const cache = new PackCache(directory, Schema)
  for (let number = 0; number < 20; number++) {
    await cache.add(`key${number}`, make('x'))
    utimesSync(join(directory, `key${number}`), number, number)
  }
  expect(readdirSync(directory)).toHaveLength(16)
  expect(cache.find('key0')).toBeUndefined()
  expect(cache.find('key19')).toBeDefined()
})

test('PACK_CACHE: a place where nothing can be kept', async () => {
  const place = join(scratch(), 'file')
  writeFileSync(place, '')
  chmodSync(place, 0o400)
  const cache = new PackCache(join(place, 'cache'), Schema)
  expect(await refused(() => cache.add('key', make('x')))).toMatchObject({ code: 'PACK_CACHE' })
})
