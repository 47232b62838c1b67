import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatLock, readLock, writeLock } from '../../../src/builders/python/lock-file.ts'
import { scratch } from '../../support/scratch.ts'
import { lockFile } from './stand-ins.ts'

const LOCK = lockFile({
  interpreters: [
    {
      platform: 'linux_amd64',
      provider: 'uv',
      version: '3.11.9',
      sha256: 'c'.repeat(64),
      libraries: { 'libx.so.1': 'd'.repeat(64) },
    },
  ],
  resolutions: [
    {
      ...{ purpose: 'project', inputs: ['a>=1, <2', 'b[x]; python_version > "3"'], directories: ['../lib'] },
      packages: [{ requirement: 'a==1', hashes: ['sha256:1', 'sha256:2'] }],
    },
  ],
})

test('what is written is read again, and leaves nothing beside it', () => {
  const directory = scratch()
  writeLock(directory, LOCK)
  expect(readLock(directory)).toEqual(LOCK)
  expect(readdirSync(directory)).toEqual(['flavor.lock'])
})

test('every element of a list has its own line, so that version control shows what changed', () => {
  const text = formatLock(LOCK)
  expect(text).toContain('hashes = [\n  "sha256:1",\n  "sha256:2",\n]')
  expect(text).toContain('inputs = [\n  "a>=1, <2",\n  "b[x]; python_version > \\"3\\"",\n]')
})

test('a project without a lock has none', () => {
  expect(readLock(scratch())).toBeUndefined()
})

test.each([
  ['not TOML', 'version = '],
  ['another version', formatLock(LOCK).replace('version = 1', 'version = 2')],
  ['a key that we do not know', `${formatLock(LOCK)}\n[surprise]\n`],
  ['a hash that is none', formatLock(LOCK).replace('c'.repeat(64), 'c'.repeat(63))],
])('LOCK_INVALID: %s', (_, text) => {
  const directory = scratch()
  writeFileSync(join(directory, 'flavor.lock'), text)
  expect(() => readLock(directory)).toThrowError(expect.objectContaining({ code: 'LOCK_INVALID' }))
})

test('LOCK_WRITE: the former lock is as it was', () => {
  const directory = join(scratch(), 'gone')
  expect(() => writeLock(directory, LOCK)).toThrowError(expect.objectContaining({ code: 'LOCK_WRITE' }))
  mkdirSync(join(directory, 'flavor.lock'), { recursive: true })
  writeFileSync(join(directory, 'flavor.lock', 'in-the-way'), '')
  expect(() => writeLock(directory, LOCK)).toThrowError(expect.objectContaining({ code: 'LOCK_WRITE' }))
  expect(readdirSync(directory)).toEqual(['flavor.lock'])
  expect(readFileSync(join(directory, 'flavor.lock', 'in-the-way'), 'utf8')).toBe('')
})
