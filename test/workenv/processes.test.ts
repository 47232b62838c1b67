import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { ProcessNames, readProcesses } from '../../src/workenv/processes.ts'
import { scratch } from '../support/scratch.ts'

test('workenv §10.1: a path and what lies in it, not one that begins alike', () => {
  const names = new ProcessNames(['A=1\0FLAVOR_WORKENV=/b/envs/k.1/root\0', '/b/envs/k.22'])
  expect(names.mention('/b/envs/k.1')).toBe(true)
  expect(names.mention('/b/envs/k.22')).toBe(true)
  expect(names.mention('/b/envs/k.2')).toBe(false)
  expect(names.mention('/b/envs/k')).toBe(false)
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
  },
)

test('workenv §10.1: elsewhere there is nothing to ask', () => {
  expect(readProcesses('darwin')).toBeUndefined()
})
