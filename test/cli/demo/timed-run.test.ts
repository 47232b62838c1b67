import { expect, test } from 'vitest'
import { timedRun } from '../../../src/cli/demo/timed-run.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

test('the first line and the time', () => {
  let clock = 0
  const now = () => {
    clock += 5
    return clock
  }
  const run = timedRun('/bin/sh', ['-c', 'echo "$X"; echo more'], { X: 'first' }, now)
  expect(run).toEqual({ output: 'first', milliseconds: 5 })
})

test.each([
  ['an exit code', '/bin/sh', ['-c', 'echo why >&2; exit 3'], /exit code 3.*why/],
  ['a signal', '/bin/sh', ['-c', 'kill -KILL $$'], /SIGKILL/],
  ['no such program', '/nonexistent/program', [], /ENOENT/],
])('%s is a failure that says it', (_name, program, args, message) => {
  const run = () => timedRun(program, args, {}, () => 0)
  expect(run).toThrow(code('DEMO_FAILED'))
  expect(run).toThrow(message)
})
