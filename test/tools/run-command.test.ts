import { execFileSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cancellable } from '../../src/tools/cancellation.ts'
import { lastLines, runCommand } from '../../src/tools/run-command.ts'
import { isRunning } from '../support/is-running.ts'
import { scratch } from '../support/scratch.ts'

const node = process.execPath

test('gives output, exit status and standard error of a program that fails', async () => {
  const script = 'process.stdout.write("out"); process.stderr.write("err"); process.exit(7)'
  const result = await runCommand([node, '-e'], [script], { environment: {} })
  expect(result).toEqual({ ok: false, exitCode: 7, stdout: 'out', stderr: 'err' })
})

test('a program that is not there is an answer with a reason', async () => {
  const result = await runCommand(['/nonexistent/program'], [], { environment: {} })
  expect(result.ok).toBe(false)
  expect(result.stderr).toContain('ENOENT')
})

test('the environment is exactly the one given, the directory and the input too', async () => {
  const script =
    'process.stdout.write(JSON.stringify([process.env.A, process.env.HOME ?? "", process.cwd()])); process.stdin.pipe(process.stderr)'
  const directory = realpathSync(tmpdir())
  const result = await runCommand([node, '-e'], [script], { environment: { A: 'b' }, directory, input: 'typed' })
  expect(JSON.parse(result.stdout)).toEqual(['b', '', directory])
  expect(result.stderr).toBe('typed')
})

test('cancelled work ends the program and what it started, even one that does not listen, and throws the reason', async () => {
  const cancelled = new AbortController()
  const directory = scratch()
  const pids = join(directory, 'pids')
  execFileSync('mkfifo', [pids])
  const script = 'trap "" TERM; (trap "" TERM; exec >&- 2>&-; sleep 1000) & echo $$ $! > pids; kill -STOP $$'
  const told = readFile(pids, 'utf8')
  const work = cancellable(cancelled.signal, () =>
    runCommand(['/bin/sh', '-c'], [script], { environment: {}, directory }),
  )
  const started = (await told).trim().split(' ').map(Number)
  cancelled.abort(new Error('enough'))
  await expect(work).rejects.toThrow('enough')
  // SIGKILL was sent; the kernel ends the process when it gets to it.
  for (const pid of started) await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false)
  const next = cancellable(cancelled.signal, () => runCommand([node, '-e'], ['0'], { environment: {} }))
  await expect(next).rejects.toThrow('enough')
})

test('lastLines keeps the end, where the reason stands', () => {
  expect(lastLines('a\nb\nc\n', 2)).toBe('b\nc')
})
