import { chmodSync, chownSync, existsSync, lchownSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inspectBase, makeBase } from '../../src/workenv/base-directory.ts'
import type { Rung } from '../../src/workenv/ladder.ts'
import { type Machine, thisMachine } from '../../src/workenv/machine.ts'
import { scratch } from '../support/scratch.ts'

const MACHINE = thisMachine({})
const isRoot = process.geteuid?.() === 0

function cache(path: string): Rung {
  return { name: 'cache', path, isPrivate: false }
}

function temporary(path: string): Rung {
  return { name: 'temporary', path, isPrivate: true }
}

function directory(mode: number): string {
  const path = join(scratch(), 'base')
  mkdirSync(path)
  chmodSync(path, mode)
  return path
}

test('workenv §1.2 takes an own directory, and gives its contents modes like its own', () => {
  const own = inspectBase(cache(directory(0o700)), MACHINE)
  expect(own).toMatchObject({ state: 'usable', base: { directoryMode: 0o700, fileMode: 0o600, isReadOnly: false } })
  const open = inspectBase(cache(directory(0o755)), MACHINE)
  expect(open).toMatchObject({ state: 'usable', base: { directoryMode: 0o755, fileMode: 0o644 } })
})

test.each([0o777, 0o775, 0o722, 0o1777])('workenv §1.2 refuses a directory that others can write to: %o', mode => {
  expect(inspectBase(cache(directory(mode)), MACHINE)).toMatchObject({ state: 'refused' })
})

describe("workenv §1.2 a variable that may be somebody else's", () => {
  const unprivileged: Machine = { ...MACHINE, isPrivileged: false }
  /** Whose variables these may be. */
  const sudo: Machine = { ...unprivileged, environment: { SUDO_UID: '1000' } }

  test('leads to no base below a directory that others can change', () => {
    const base = directory(0o700)
    chmodSync(join(base, '..'), 0o777)
    const refused = { state: 'refused', reason: `others can change ${join(base, '..')}` }
    expect(inspectBase(cache(base), sudo)).toEqual(refused)
    expect(inspectBase(cache(base), { ...unprivileged, isPrivileged: true })).toEqual(refused)
    expect(inspectBase({ ...cache(base), name: 'runtime' }, sudo)).toEqual(refused)
    expect(inspectBase({ ...cache(base), name: 'FLAVOR_CACHE' }, sudo)).toMatchObject({ state: 'usable' })
    chmodSync(join(base, '..'), 0o700)
    expect(inspectBase(cache(base), sudo)).toMatchObject({ state: 'usable' })
  })

  test.runIf(isRoot)('leads to none through a directory or a link of another user', () => {
    const base = directory(0o700)
    const link = join(scratch(), 'link')
    symlinkSync(join(base, '..'), link)
    expect(inspectBase(cache(join(link, 'base')), sudo)).toMatchObject({ state: 'usable' })
    lchownSync(link, 4242, 4242)
    const refused = { state: 'refused', reason: `${link} belongs to uid 4242` }
    expect(inspectBase(cache(join(link, 'base')), sudo)).toEqual(refused)
    chownSync(join(base, '..'), 4242, 4242)
    expect(inspectBase(cache(base), sudo)).toMatchObject({ state: 'refused' })
  })
})

test('workenv §1.2 refuses a directory in /tmp that others can look into', () => {
  expect(inspectBase(temporary(directory(0o755)), MACHINE)).toMatchObject({ state: 'refused' })
  expect(inspectBase(temporary(directory(0o700)), MACHINE)).toMatchObject({ state: 'usable' })
})

test('workenv §1.2 refuses a symlink and a file that somebody planted', () => {
  const place = scratch()
  symlinkSync(directory(0o700), join(place, 'link'))
  writeFileSync(join(place, 'file'), '')
  expect(inspectBase(cache(join(place, 'link')), MACHINE)).toMatchObject({
    state: 'refused',
    reason: 'it is a symlink',
  })
  expect(inspectBase(cache(join(place, 'file')), MACHINE)).toMatchObject({ state: 'refused' })
  expect(inspectBase(cache(join(place, 'file/below')), MACHINE)).toMatchObject({ state: 'refused' })
})

test('workenv §1.3 makes a base of mode 0700 and what is missing above it', () => {
  const path = join(scratch(), 'a/b/flavor')
  expect(inspectBase(cache(path), MACHINE)).toEqual({ state: 'absent' })
  expect(makeBase(cache(path), MACHINE).path).toBe(path)
  expect(lstatSync(path).mode & 0o7777).toBe(0o700)
})

test('workenv §1.3 does not make the temporary directory of a machine that has none', () => {
  const missing = join(scratch(), 'var/tmp')
  const rung: Rung = { name: 'temporary', path: join(missing, 'flavor-0'), isPrivate: true }
  expect(() => makeBase(rung, MACHINE)).toThrow('is not there')
  expect(existsSync(missing)).toBe(false)
})

test('workenv §1.3 makes nothing in a directory that others can change', () => {
  const open = directory(0o777)
  expect(() => makeBase(cache(join(open, 'flavor')), MACHINE)).toThrow('others can change')
  chmodSync(open, 0o1777)
  expect(makeBase(cache(join(open, 'flavor')), MACHINE).path).toBe(join(open, 'flavor'))
})

describe.skipIf(!isRoot)('as several users', () => {
  const OTHER = 4242
  const asOther: Machine = { ...MACHINE, uid: OTHER }

  test('workenv §1.2 refuses a base that somebody else owns', () => {
    const path = directory(0o700)
    chownSync(path, OTHER, OTHER)
    expect(inspectBase(cache(path), MACHINE)).toMatchObject({ state: 'refused', reason: `it belongs to uid ${OTHER}` })
  })

  test('workenv §1.2 reads a base of root and never writes to it', () => {
    const path = directory(0o755)
    expect(inspectBase(cache(path), asOther)).toMatchObject({ state: 'usable', base: { isReadOnly: true } })
    expect(inspectBase(temporary(path), asOther)).toMatchObject({ state: 'refused' })
    expect(() => makeBase(cache(path), asOther)).toThrow('it belongs to uid 0')
  })

  test('workenv §1.3: sudo with a kept HOME makes nothing in the home of the user', () => {
    const home = directory(0o755)
    chownSync(home, OTHER, OTHER)
    expect(() => makeBase(cache(join(home, '.cache/flavor')), MACHINE)).toThrow(`belongs to uid ${OTHER}`)
    expect(existsSync(join(home, '.cache'))).toBe(false)
  })
})
