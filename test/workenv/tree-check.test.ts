import fs, { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import { expectedSlot } from '../../src/workenv/expected-tree.ts'
import { removeTree } from '../../src/workenv/remove-tree.ts'
import { checkTree, listTree } from '../../src/workenv/tree-check.ts'
import { scratch } from '../support/scratch.ts'
import { systemError } from './fail-points.ts'

const HASHED = { hash: true, hasModes: true }
const QUICK = { hash: false, hasModes: true }
const STRICT = { ...HASHED, extras: { isPrograms: (path: string) => path.startsWith('tmp') } }

let root = ''
const damage = (options = HASHED) => checkTree(root, expected(), options).map(({ path, kind }) => `${path} ${kind}`)

function expected() {
  const file = (path: string, text: string, mode = 0o444) =>
    ({ type: 'f', mode, size: text.length, sha256: sha256Hex(Buffer.from(text)), path }) as const
  return expectedSlot(0, [
    { type: 'd', mode: 0o755, size: 0, sha256: '-', path: 'bin' },
    file('bin/run', 'program', 0o555),
    { type: 'l', mode: 0o777, size: 3, sha256: sha256Hex(Buffer.from('run')), path: 'bin/alias' },
    file('lib/deep/data', 'data'),
  ])
}

beforeEach(() => {
  root = join(scratch(), 'root')
  mkdirSync(join(root, 'bin'), { recursive: true, mode: 0o755 })
  mkdirSync(join(root, 'lib/deep'), { recursive: true })
  writeFileSync(join(root, 'bin/run'), 'program', { mode: 0o555 })
  writeFileSync(join(root, 'lib/deep/data'), 'data', { mode: 0o444 })
  symlinkSync('run', join(root, 'bin/alias'))
})

describe('workenv §7.4', () => {
  test('a whole tree has no damage', () => {
    expect(damage()).toEqual([])
    expect(damage(QUICK)).toEqual([])
    expect(damage(STRICT)).toEqual([])
  })

  test('a deleted file', () => {
    rmSync(join(root, 'bin/run'))
    expect(damage(QUICK)).toEqual(['bin/run missing'])
  })

  test('a truncated file is seen without reading it, a changed one only by reading it', () => {
    replace('bin/run', 'prog')
    expect(damage(QUICK)).toEqual(['bin/run size'])
    replace('bin/run', 'evil!!!')
    expect(damage(QUICK)).toEqual([])
    expect(damage()).toEqual(['bin/run content'])
  })

  test('a changed mode', () => {
    chmodSync(join(root, 'bin/run'), 0o755)
    expect(damage(QUICK)).toEqual(['bin/run mode'])
    expect(damage({ ...QUICK, hasModes: false })).toEqual([])
  })

  test('a symlink with another target', () => {
    rmSync(join(root, 'bin/alias'))
    symlinkSync('evl', join(root, 'bin/alias'))
    expect(damage(QUICK)).toEqual(['bin/alias content'])
  })

  test('a symlink swapped in for a directory, though the same files lie behind it', () => {
    mkdirSync(join(root, '../elsewhere/deep'), { recursive: true })
    writeFileSync(join(root, '../elsewhere/deep/data'), 'data', { mode: 0o444 })
    removeTree(join(root, 'lib'))
    symlinkSync('../elsewhere', join(root, 'lib'))
    expect(damage()).toEqual(['lib type', 'lib/deep missing', 'lib/deep/data missing'])
  })

  test('a directory that a cleaner emptied', () => {
    rmSync(join(root, 'lib/deep/data'))
    expect(damage(QUICK)).toEqual(['lib/deep/data missing'])
    removeTree(join(root, 'lib'))
    expect(damage(QUICK)).toEqual(['lib missing', 'lib/deep missing', 'lib/deep/data missing'])
  })

  test('a directory that nobody may enter', () => {
    chmodSync(join(root, 'lib/deep'), 0)
    expect(damage(QUICK)[0]).toBe('lib/deep mode')
  })

  test('what does not belong is tolerated, but not under strict, where the program keeps its own', () => {
    mkdirSync(join(root, 'lib/__pycache__'))
    writeFileSync(join(root, 'lib/__pycache__/x.pyc'), '')
    mkdirSync(join(root, 'tmp'))
    expect(damage()).toEqual([])
    expect(damage(STRICT)).toEqual(['lib/__pycache__ extra'])
  })
})

test('workenv §6.4 lists a tree as it is', () => {
  writeFileSync(join(root, 'bin/made'), 'x', { mode: 0o640 })
  chmodSync(join(root, 'bin/made'), 0o640)
  mkdirSync(join(root, 'tmp'))
  const listed = listTree(root, path => path.startsWith('tmp'))
  expect(listed.map(({ type, mode, path }) => `${type} ${mode.toString(8)} ${path}`).sort()).toEqual([
    'd 755 bin',
    'd 755 lib',
    'd 755 lib/deep',
    'f 444 lib/deep/data',
    'f 555 bin/run',
    'f 640 bin/made',
    'l 777 bin/alias',
  ])
  expect(listed.find(({ path }) => path === 'bin/run')?.sha256).toBe(sha256Hex(Buffer.from('program')))
})

test('workenv §6.4: a file that cannot be read now is an error of the place, never an entry without a hash', () => {
  const { openSync } = fs
  const fail = () => {
    throw systemError('EMFILE', 'open')
  }
  Object.assign(fs, { openSync: fail })
  syncBuiltinESMExports()
  try {
    expect(() => listTree(root, () => false)).toThrowError(expect.objectContaining({ code: 'EMFILE' }))
    expect(damage()).toEqual(['bin/run content', 'lib/deep/data content'])
  } finally {
    Object.assign(fs, { openSync })
    syncBuiltinESMExports()
  }
})

test('files larger than the buffer are hashed whole', () => {
  const text = 'x'.repeat(3 * 1024 * 1024 + 1)
  writeFileSync(join(root, 'large'), text)
  const large = listTree(root, path => path !== 'large').find(({ path }) => path === 'large')
  expect(large).toMatchObject({ size: text.length, sha256: sha256Hex(Buffer.from(text)) })
})

function replace(path: string, text: string): void {
  rmSync(join(root, path))
  writeFileSync(join(root, path), text, { mode: 0o555 })
}
