import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { realpathSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { nameUsers, ProcessNames, readProcesses, readStarts } from '../../src/workenv/processes.ts'
import { scratch } from '../support/scratch.ts'

test('workenv §10.1: a path and what lies in it, not one that begins alike', () => {
  const names = new ProcessNames([
    { pid: 7, program: 'sh', texts: ['A=1\0FLAVOR_WORKENV=/b/envs/k.1/root\0'] },
    { pid: 8, program: 'python3', texts: ['/usr/bin', '/b/envs/k.22'] },
  ])
  expect(names.mention('/b/envs/k.1')).toBe(true)
  expect(names.mention('/b/envs/k.22')).toBe(true)
  expect(names.mention('/b/envs/k.2')).toBe(false)
  expect(names.mention('/b/envs/k')).toBe(false)
  expect(names.users('/b/envs/k.22')).toEqual([{ pid: 8, program: 'python3' }])
  expect(names.users('/elsewhere/k.22')).toEqual([])
  expect([names.programOf(7), names.programOf(9)]).toEqual(['sh', undefined])
})

test('some are named, the others counted', () => {
  const users = [1, 2, 3, 4, 5].map(pid => ({ pid, program: 'sh' }))
  expect(nameUsers(users.slice(0, 2))).toBe('sh (pid 1), sh (pid 2)')
  expect(nameUsers(users)).toBe('sh (pid 1), sh (pid 2), sh (pid 3) and 2 more')
})

test.skipIf(process.platform !== 'linux')(
  'workenv §10.1: finds who works in a directory, or has its name',
  async () => {
    const [directory, named, free] = [scratch(), scratch(), scratch()]
    const child = spawn('/bin/sh', ['-c', 'echo ready; read line'], { cwd: directory, env: { FLAVOR_WORKENV: named } })
    onTestFinished(() => void child.kill('SIGKILL'))
    await once(child.stdout, 'data')
    const names = readProcesses('linux')
    expect([directory, named, free].map(path => names?.mention(path))).toEqual([true, true, false])
    expect([directory, named, free].map(path => readStarts('linux')?.mention(path))).toEqual([true, true, false])
    expect(names?.users(named)).toEqual([{ pid: child.pid, program: basename(realpathSync('/bin/sh')) }])
  },
)

test.skipIf(process.platform !== 'linux')('workenv §8.2: finds who has a lock file open', async () => {
  const file = join(realpathSync(scratch()), 'a.lock')
  writeFileSync(file, '')
  const child = spawn('/bin/sh', ['-c', 'exec 9<"$1"; echo ready; read line', 'sh', file])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  expect(readProcesses('linux')?.holders(file)).toEqual([{ pid: child.pid, program: expect.any(String) }])
  expect(readProcesses('linux')?.holders(`${file}x`)).toEqual([])
})

test('workenv §10.1: elsewhere there is nothing to ask', () => {
  expect(readProcesses('darwin')).toBeUndefined()
})
