import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tryLock } from '../../src/workenv/os-lock.ts'
import { underLock } from '../../src/workenv/wait-for-lock.ts'
import { scratch } from '../support/scratch.ts'

test('workenv §6.1 works one after the other, and takes what the other made', async () => {
  const path = join(scratch(), 'lock')
  let made: string | undefined
  let works = 0
  const options = { limitSeconds: 600, look: () => made }
  const work = async () => {
    works++
    await new Promise(resolve => setImmediate(resolve))
    made = `made by ${works}`
    return made
  }
  const results = await Promise.all(Array.from({ length: 8 }, () => underLock(path, options, work)))
  expect(works).toBe(1)
  expect(new Set(results)).toEqual(new Set(['made by 1']))
})

test('workenv §8.2 works without the lock when its holder does not move', async () => {
  const path = join(scratch(), 'lock')
  const lock = tryLock(path, 'exclusive')
  let waited = 0
  const options = { limitSeconds: 0, look: () => undefined, onWait: () => waited++ }
  expect(await underLock(path, options, async () => 'alone')).toBe('alone')
  expect(waited).toBe(0)
  if (lock !== 'busy') lock.release()
})

test('workenv §8.1 frees the lock when the work fails', async () => {
  const path = join(scratch(), 'lock')
  const work = async () => {
    throw new Error('failed')
  }
  await expect(underLock(path, { limitSeconds: 1, look: () => undefined }, work)).rejects.toThrow('failed')
  expect(tryLock(path, 'exclusive')).not.toBe('busy')
})
