import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { processTree, signalProcesses } from '../../src/tools/process-tree.ts'

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
