import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { endProcessTree, processTree, signalProcesses } from '../../src/tools/process-tree.ts'

test.runIf(process.platform === 'linux')('a process and what it started, and only those are signalled', async () => {
  const script = 'sleep 1000 & echo $!; wait'
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] })
  const [grandchild] = await once(child.stdout, 'data')
  const pid = child.pid ?? 0
  const tree = processTree(pid)
  expect(tree.map(found => found.pid)).toEqual([pid, Number(`${grandchild}`)])
  expect(processTree(process.pid).map(found => found.pid)).toEqual(expect.arrayContaining([process.pid, pid]))
  const exit = once(child, 'exit')
  // Another process under the same number has another start.
  signalProcesses([{ pid, started: '1' }], 'SIGKILL')
  signalProcesses([{ pid: 2 ** 22 + 1, started: '' }], 'SIGKILL')
  signalProcesses(tree, 'SIGTERM')
  expect(await exit).toEqual([null, 'SIGTERM'])
})

test.runIf(process.platform === 'linux')('what starts others while it is ended leaves none behind', async () => {
  for (let round = 0; round < 10; round++) {
    // No other process has these arguments.
    const seconds = `1000.${process.pid}${round}`
    const script = `for i in 1 2 3 4 5 6 7 8 9; do sleep ${seconds} & sleep ${seconds} & done; wait`
    const child = spawn('/bin/sh', ['-c', script], { stdio: 'ignore' })
    const exit = once(child, 'exit')
    const tree = endProcessTree(child.pid ?? 0, 'SIGTERM')
    expect(tree[0]?.pid).toBe(child.pid)
    expect(await exit).toEqual([null, 'SIGTERM'])
    await expect.poll(() => withArgument(seconds), { timeout: 10_000 }).toEqual([])
  }
})

function withArgument(argument: string): string[] {
  return readdirSync('/proc').filter(name => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').includes(argument)
    } catch {
      return false
    }
  })
}
