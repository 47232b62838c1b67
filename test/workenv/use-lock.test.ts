import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isOwned, makeLockFile, tryLock } from '../../src/workenv/os-lock.ts'
import { takeUse } from '../../src/workenv/use-lock.ts'
import { scratch } from '../support/scratch.ts'

function lockFile(): string {
  const path = join(scratch(), 'lock')
  makeLockFile(path)
  return path
}

test('workenv §8.2: shared with others who use it, and against who would remove it', () => {
  const path = lockFile()
  const [one, other] = [takeUse(path, false), takeUse(path, false)]
  if (typeof one !== 'object' || typeof other !== 'object') throw new Error('both have it')
  expect(tryLock(path, 'exclusive')).toBe('busy')
  one.release()
  one.release()
  expect(tryLock(path, 'exclusive')).toBe('busy')
  other.release()
  expect(isOwned(path)).toBe(false)
})

test('workenv §8.2: not to be had while somebody removes what it belongs to', () => {
  const path = lockFile()
  const lock = tryLock(path, 'exclusive')
  expect(takeUse(path, true)).toBe('busy')
  if (lock !== 'busy') lock.release()
  expect(takeUse(path, true)).toBeTypeOf('object')
})

test('workenv §8.2: a lock file that is gone tells so, and is made only when that is wanted', () => {
  const path = join(scratch(), 'lock')
  expect(takeUse(path, false)).toBe('gone')
  expect(existsSync(path)).toBe(false)
  expect(takeUse(path, true)).toBeTypeOf('object')
  expect(isOwned(path)).toBe(true)
})

test('workenv §8.1: none where the file cannot be opened or a symlink lies there', () => {
  const directory = scratch()
  const path = join(directory, 'lock')
  symlinkSync('other', path)
  writeFileSync(join(directory, 'other'), '')
  expect(takeUse(path, false)).toBeUndefined()
  expect(takeUse(join(path, 'below'), false)).toBeUndefined()
})

test('workenv §8.1: a lock of a file that was moved away says nothing of the one in its place', () => {
  const path = lockFile()
  const use = takeUse(path, false)
  renameSync(path, `${path}-moved`)
  makeLockFile(path)
  expect(isOwned(path)).toBe(false)
  expect(isOwned(`${path}-moved`)).toBe(true)
  if (typeof use === 'object') use.release()
  rmSync(`${path}-moved`)
  expect(readdirSync(join(path, '..'))).toEqual(['lock'])
})

const onLinux = test.runIf(process.platform === 'linux')

/** Takes it, and becomes a shell that opens nothing and waits for a line. */
const BECOME = `
const { takeUse } = await import(process.argv[1])
const use = takeUse(process.argv[2], false)
if (process.argv[3] === 'keep') use.surviveExec()
const told = 'for fd in /proc/$$/fd/*; do [ "$(readlink "$fd")" != "$1" ] || echo "\${fd##*/}"; done; echo that is all; read line'
process.execve('/bin/sh', ['sh', '-c', told, 'sh', process.argv[2]], { PATH: '/usr/bin:/bin' })
`

onLinux('workenv §8.2: kept by the program that the process becomes, at a descriptor of 100 or above', async () => {
  const path = lockFile()
  const source = join(import.meta.dirname, '../../src/workenv/use-lock.ts')
  for (const [wish, isKept] of [['keep', true] as const, ['drop', false] as const]) {
    const args = ['--no-warnings', '--input-type=module', '-e', BECOME, source, path, wish]
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
    let told = ''
    for await (const data of child.stdout) {
      told += data
      if (told.endsWith('all\n')) break
    }
    expect(told).toMatch(isKept ? /^[1-9]\d\d+\nthat is all\n$/ : /^that is all\n$/)
    expect(isOwned(path)).toBe(isKept)
    child.stdin.end('\n')
    await once(child, 'exit')
    expect(isOwned(path)).toBe(false)
  }
})
