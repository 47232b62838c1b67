import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tryLock } from '../../src/workenv/os-lock.ts'
import { RANDOM_NAME, Staging } from '../../src/workenv/staging.ts'
import { scratch } from '../support/scratch.ts'

test('workenv §8.3 is owned from before it is there until it is gone', () => {
  const parent = join(scratch(), 'staging')
  const staging = Staging.claim(parent, 0o700)
  const name = staging.path.slice(parent.length + 1)
  expect(name).toMatch(RANDOM_NAME)
  expect(readdirSync(parent).sort()).toEqual([name, `${name}.lock`])
  expect(lstatSync(staging.path).mode & 0o7777).toBe(0o700)
  expect(tryLock(`${staging.path}.lock`, 'exclusive')).toBe('busy')
  staging.remove()
  expect(readdirSync(parent)).toEqual([])
})

test('workenv §7.6 puts a file where a directory, a file or nothing is', () => {
  const directory = scratch()
  const staging = Staging.claim(join(directory, 'staging'), 0o700)
  mkdirSync(join(directory, 'directory/below'), { recursive: true })
  writeFileSync(join(directory, 'file'), 'old')
  for (const name of ['directory', 'file', 'nothing']) {
    const [from, to] = [join(staging.path, 'new'), join(directory, name)]
    writeFileSync(from, 'new')
    staging.putInPlace(from, to)
    expect(readFileSync(to, 'utf8')).toBe('new')
  }
  staging.remove()
})

test('workenv §10.2 takes things out of sight at once', () => {
  const directory = scratch()
  const staging = Staging.claim(join(directory, 'staging'), 0o700)
  mkdirSync(join(directory, 'tree'))
  writeFileSync(join(directory, 'tree/file'), '')
  expect(staging.takeIn(join(directory, 'tree'))).toMatch(/out-0$/)
  expect(staging.takeIn(join(directory, 'tree'))).toBeUndefined()
  expect(existsSync(join(directory, 'tree'))).toBe(false)
  staging.remove()
  expect(readdirSync(directory)).toEqual(['staging'])
})

test('workenv §10.5 what is left there belongs to nobody', () => {
  const parent = join(scratch(), 'staging')
  const staging = Staging.claim(parent, 0o700)
  staging.leave()
  expect(existsSync(staging.path)).toBe(true)
  expect(tryLock(`${staging.path}.lock`, 'exclusive')).toMatchObject({ isReal: true })
})
