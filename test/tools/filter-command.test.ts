import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cancellable } from '../../src/tools/cancellation.ts'
import { filterCommand, isShellLine } from '../../src/tools/filter-command.ts'
import { isRunning } from '../support/is-running.ts'
import { scratch } from '../support/scratch.ts'

const options = {
  environment: { PATH: process.env.PATH },
  deadline: new AbortController().signal,
  maxOutput: 1024 * 1024,
}

test('one word is a program, anything else is for the shell, as in git', () => {
  for (const command of ['signer', '/usr/bin/kms-sign', './a-b_c.d', 'größe']) {
    expect(isShellLine(command), command).toBe(false)
  }
  for (const command of ['a b', 'a|b', 'a;b', '$SIGNER', "'a'", '~/a', 'A=b', 'a*', 'a\\b']) {
    expect(isShellLine(command), command).toBe(true)
  }
})

test('bytes go in and come out as they are, with a shell and without', async () => {
  const input = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7) & 0xff)
  input[input.length - 1] = 0x0a
  for (const command of ['cat', 'cat | cat']) {
    const result = await filterCommand(command, { ...options, input })
    expect(result.kind).toBe('done')
    expect(result.kind === 'done' && Buffer.compare(result.output, input)).toBe(0)
  }
})

test('a program that does not read what it is given is no failure', async () => {
  const result = await filterCommand('true', { ...options, input: new Uint8Array(1024 * 1024) })
  expect(result).toEqual({ kind: 'done', output: new Uint8Array(0) })
})

test('what takes too long is ended, with all that it started', async () => {
  const pids = join(scratch(), 'pids')
  execFileSync('mkfifo', [pids])
  const told = readFile(pids, 'utf8')
  const deadline = new AbortController()
  const command = `(trap '' TERM; sleep 1000) & echo $$ $! > '${pids}'; wait`
  const result = filterCommand(command, { ...options, deadline: deadline.signal, input: new Uint8Array() })
  const started = (await told).trim().split(' ').map(Number)
  expect(started).toHaveLength(2)
  deadline.abort()
  expect(await result).toEqual({ kind: 'late' })
  for (const pid of started) await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false)
})

test('work that is cancelled ends it', async () => {
  const cancelled = new AbortController()
  const work = cancellable(cancelled.signal, () => filterCommand('sleep 1000', { ...options, input: new Uint8Array() }))
  cancelled.abort(new Error('enough'))
  await expect(work).rejects.toThrow('enough')
})
