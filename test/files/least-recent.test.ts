import { mkdirSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { A_DAY, markUse, removeLeastRecent } from '../../src/files/least-recent.ts'
import { scratch } from '../support/scratch.ts'

/** Directories by how many days ago they were used. */
function cache(ages: Readonly<Record<string, number>>): string {
  const directory = scratch()
  for (const [name, days] of Object.entries(ages)) {
    mkdirSync(join(directory, name))
    writeFileSync(join(directory, name, 'file'), 'x')
    const used = new Date(Date.now() - days * A_DAY)
    utimesSync(join(directory, name), used, used)
  }
  return directory
}

test('those that were used last stay, and of the others what was used today', () => {
  const directory = cache({ a: 9, b: 3, c: 2, d: 0.5, e: 0.1 })
  removeLeastRecent(directory, { keep: 1, unusedFor: A_DAY })
  expect(readdirSync(directory).sort()).toEqual(['d', 'e'])
  removeLeastRecent(directory, { keep: 1, unusedFor: 0 })
  expect(readdirSync(directory)).toEqual(['e'])
})

test('use is marked', () => {
  const directory = cache({ a: 9, b: 3 })
  markUse(join(directory, 'a'))
  markUse(join(directory, 'gone'))
  removeLeastRecent(directory, { keep: 1, unusedFor: A_DAY })
  expect(readdirSync(directory)).toEqual(['a'])
  expect(Date.now() - statSync(join(directory, 'a')).mtimeMs).toBeLessThan(A_DAY)
})

test('what killed processes left goes after a day; files, links and hidden directories of others stay', () => {
  const directory = cache({ '.staging-a': 2, '.staging-b': 0, '.temp': 9 })
  writeFileSync(join(directory, '.lock'), '')
  symlinkSync('.temp', join(directory, 'link'))
  removeLeastRecent(directory, { keep: 0, unusedFor: 0 })
  expect(readdirSync(directory).sort()).toEqual(['.lock', '.staging-b', '.temp', 'link'])
  removeLeastRecent(join(directory, 'none'), { keep: 0, unusedFor: 0 })
})
