import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { claimLock, makeLockFile, releaseAndRemove, tryLock } from '../../src/workenv/os-lock.ts'
import { scratch } from '../support/scratch.ts'

/** Another process that takes a lock, says so, and waits to be killed. */
async function holder(path: string, kind: 'exclusive' | 'shared') {
  const child = fork(join(import.meta.dirname, 'hold-lock.ts'), [path, kind], { execArgv: [] })
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'message')
  return child
}

test('workenv §8.1 excludes other processes, and a killed one holds nothing', async () => {
  const path = join(scratch(), 'lock')
  const child = await holder(path, 'exclusive')
  expect(tryLock(path, 'exclusive')).toBe('busy')
  expect(tryLock(path, 'shared')).toBe('busy')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const lock = tryLock(path, 'exclusive')
  expect(lock).toMatchObject({ isReal: true })
  if (lock !== 'busy') lock.release()
  expect(readdirSync(join(path, '..'))).toEqual(['lock'])
  expect(lstatSync(path).size).toBe(0)
})

test('workenv §8.1 shares with those who share', async () => {
  const path = join(scratch(), 'lock')
  await holder(path, 'shared')
  const shared = tryLock(path, 'shared')
  expect(shared).toMatchObject({ isReal: true })
  expect(tryLock(path, 'exclusive')).toBe('busy')
})

test('workenv §8.1 lies on the lock bytes of SQLite, where an implementation without it finds it', () => {
  if (process.platform !== 'linux') return
  const path = join(scratch(), 'lock')
  const lock = tryLock(path, 'exclusive')
  expect(locksOn(path)).toEqual(['WRITE 1073741824 1073742335'])
  if (lock !== 'busy') lock.release()
  const shared = tryLock(path, 'shared')
  expect(locksOn(path)).toEqual(['READ 1073741826 1073742335'])
  if (shared !== 'busy') shared.release()
  expect(locksOn(path)).toEqual([])
})

function locksOn(path: string): string[] {
  const inode = lstatSync(path).ino
  return readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .map(line => / (READ|WRITE) +[0-9]+ \S+:([0-9]+) ([0-9]+) ([0-9]+)/.exec(line))
    .filter(match => Number(match?.[2]) === inode)
    .map(match => `${match?.[1]} ${match?.[3]} ${match?.[4]}`)
}

test('workenv §1.3 makes lock files executable, so that access(2) tells of noexec', () => {
  const path = join(scratch(), 'lock')
  expect(makeLockFile(path)).toBe(true)
  expect(makeLockFile(path)).toBe(false)
  expect(lstatSync(path).mode & 0o7777).toBe(0o700)
})

test('workenv §1.3: a umask takes nothing from a lock file, and one that lost its mode gets it back', () => {
  const path = join(scratch(), 'lock')
  const make = `import { makeLockFile } from '${join(import.meta.dirname, '../../src/workenv/os-lock.ts')}'
    process.umask(0o777)
    makeLockFile(process.argv[1])`
  execFileSync(process.execPath, ['--input-type=module', '-e', make, path])
  expect(lstatSync(path).mode & 0o7777).toBe(0o700)
  chmodSync(path, 0o600)
  expect(makeLockFile(path)).toBe(false)
  expect(lstatSync(path).mode & 0o7777).toBe(0o700)
})

test('workenv §1.3: SQLite makes none of its own, which would not be executable', () => {
  const path = join(scratch(), 'lock')
  symlinkSync('removed', path)
  expect(tryLock(path, 'exclusive')).toBe('busy')
  expect(existsSync(join(path, '../removed'))).toBe(false)
})

test('workenv §3.2 claims a name once', () => {
  const path = join(scratch(), 'lock')
  const lock = claimLock(path)
  expect(lock).toBeDefined()
  expect(claimLock(path)).toBeUndefined()
  if (lock !== undefined) releaseAndRemove(path, lock)
  expect(existsSync(path)).toBe(false)
  expect(claimLock(path)).toBeDefined()
})

test('workenv §8.1 goes on without a lock where there can be none', () => {
  const path = join(scratch(), 'lock')
  writeFileSync(path, 'this is no lock file'.repeat(100))
  const lock = tryLock(path, 'exclusive')
  expect(lock).toMatchObject({ isReal: false })
})
