import { realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { lastLines, runCommand } from '../../src/tools/run-command.ts'

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

test('lastLines keeps the end, where the reason stands', () => {
  expect(lastLines('a\nb\nc\n', 2)).toBe('b\nc')
})
