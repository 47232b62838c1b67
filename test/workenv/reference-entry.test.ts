import { mkdirSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Base, inspectBase } from '../../src/workenv/base-directory.ts'
import { thisMachine } from '../../src/workenv/machine.ts'
import { ProcessNames } from '../../src/workenv/processes.ts'
import { referenceMaker, referencesIn, referenceUsage } from '../../src/workenv/reference-entry.ts'
import { referenceWorkenv } from './reference-fixture.ts'
import { freshBase } from './workenv-fixture.ts'

function baseAt(path: string): Base {
  const found = inspectBase({ name: 'FLAVOR_CACHE', path, isPrivate: false }, thisMachine({}))
  if (found.state !== 'usable') throw new Error('the base cannot be used')
  return found.base
}

const namesIn = (path: string, platform: NodeJS.Platform = 'linux') => {
  return referencesIn(baseAt(path), platform).map(({ id, name, version }) => [id, name, version])
}

test('workenv §10.6: each is found with what its metadata say, else by its file name', () => {
  const base = freshBase()
  expect(namesIn(base)).toEqual([])
  referenceWorkenv(base, 'http', { metadata: '{"package":{"name":"httpie","version":"3.2"},"slots":[]}' })
  referenceWorkenv(base, 'broken', { metadata: '{"package":{"name":7' })
  referenceWorkenv(base, 'odd', { metadata: '{"package":{"name":7,"version":null}}' })
  mkdirSync(join(base, 'workenv/bare_1.0'))
  expect(namesIn(base)).toEqual([
    ['workenv/bare_1.0', 'bare_1.0', ''],
    ['workenv/broken', 'broken', ''],
    ['workenv/http', 'httpie', '3.2'],
    ['workenv/odd', 'odd', ''],
  ])
})

test('workenv §10.6: one in the other, where a package was started by a package', () => {
  const base = freshBase()
  referenceWorkenv(base, 'inner', { place: join(base, 'workenv/workenv') })
  referenceWorkenv(base, 'outer')
  expect(namesIn(base).map(([id]) => id)).toEqual(['workenv/outer', 'workenv/workenv/inner'])
})

test('a package that is called workenv is no nest of others', () => {
  const base = freshBase()
  referenceWorkenv(base, 'workenv')
  expect(namesIn(base).map(([id]) => id)).toEqual(['workenv/workenv'])
})

test('on Windows theirs lies one directory further down', () => {
  const base = freshBase()
  referenceWorkenv(base, 'app', { place: join(base, 'cache/workenv') })
  expect(namesIn(base, 'linux')).toEqual([])
  expect(namesIn(base, 'win32')).toEqual([['cache/workenv/app', 'app', '']])
})

test('symlinks are nobody’s', () => {
  const [base, elsewhere] = [freshBase(), freshBase()]
  referenceWorkenv(elsewhere, 'app')
  symlinkSync(join(elsewhere, 'workenv'), join(base, 'workenv'))
  expect(namesIn(base)).toEqual([])
  const other = freshBase()
  mkdirSync(join(other, 'workenv'))
  symlinkSync(join(elsewhere, 'workenv/app'), join(other, 'workenv/app'))
  expect(namesIn(other)).toEqual([])
})

test('the last use is when its marks were written, or read where the file system knows', () => {
  const base = freshBase()
  const { instance } = referenceWorkenv(base, 'app', { days: 10 })
  const [entry] = referencesIn(baseAt(base), 'linux')
  expect(Math.round((Date.now() - (entry?.lastUse.getTime() ?? 0)) / 86_400_000)).toBe(10)
  const [read, written] = [1_700_000_500, 1_600_000_000]
  for (const mark of ['package.checksum', 'extract/complete'])
    utimesSync(join(instance, 'instance', mark), read, written)
  expect(referencesIn(baseAt(base), 'linux')[0]?.lastUse.getTime()).toBe(read * 1000)
})

test('unfinished without its marks, made by whoever wrote its lock or unpacks', () => {
  const base = freshBase()
  const alive = referenceWorkenv(base, 'alive', { lock: `${process.pid}\n`, complete: false })
  referenceWorkenv(base, 'dead', { lock: '2147483646\n' })
  referenceWorkenv(base, 'odd', { lock: '12 monkeys' })
  const staged = referenceWorkenv(base, 'staged')
  mkdirSync(join(staged.instance, 'tmp', `${process.pid}`), { recursive: true })
  const processes = new ProcessNames([{ pid: process.pid, program: 'node', texts: ['x'] }])
  const found = referencesIn(baseAt(base), 'linux')
  expect(found.map(entry => [entry.name, entry.isComplete, referenceMaker(entry, processes)?.program])).toEqual([
    ['alive', false, 'node'],
    ['dead', true, undefined],
    ['odd', true, undefined],
    ['staged', true, 'node'],
  ])
  const [first] = found
  expect(first?.instance).toBe(alive.instance)
  expect(first === undefined ? 0 : referenceUsage(first)).toMatchObject({ files: 1 })
})
