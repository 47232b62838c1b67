import { expect, test } from 'vitest'
import { createIo } from '../../../src/cli/ui/io.ts'
import { type FakeTerminalOptions, fakeTerminal } from '../../support/cli-terminal.ts'

function io(modes: { quiet?: boolean; json?: boolean } = {}, options: FakeTerminalOptions = {}) {
  const terminal = fakeTerminal(options)
  return { terminal, io: createIo(terminal, { quiet: false, json: false, noColor: false, ...modes }) }
}

test('stdout has the text, or with --json one object on one line', () => {
  const people = io()
  people.io.answer({ type: 'x', a: 1 }, () => 'text\n')
  expect(people.terminal.written).toEqual({ stdout: 'text\n', stderr: '' })
  const machine = io({ json: true, quiet: true })
  machine.io.report({ type: 'x', a: 1 }, () => expect.unreachable())
  expect(machine.terminal.written).toEqual({ stdout: '{"type":"x","a":1}\n', stderr: '' })
})

test('-q silences reports and notes, not answers and warnings', () => {
  const { terminal, io: quiet } = io({ quiet: true })
  quiet.report({ type: 'x' }, () => 'report\n')
  quiet.note('note')
  expect(terminal.written).toEqual({ stdout: '', stderr: '' })
  quiet.answer({ type: 'x' }, () => 'answer\n')
  quiet.warn('careful')
  expect(terminal.written).toEqual({ stdout: 'answer\n', stderr: 'flavor: warning: careful\n' })
})

test('a message does not land in the middle of a progress line', () => {
  const { terminal, io: live } = io({}, { tty: true })
  const progress = live.progress()
  progress.onProgress({ step: 'working', done: 0, total: 1 })
  live.note('something')
  live.close()
  expect(terminal.written.stderr.endsWith('working\r\u001b[Kflavor: something\n')).toBe(true)
})

test.each([
  ['y', true],
  ['YES', true],
  ['', false],
  ['n', false],
  ['yeah', false],
])('the answer %j means %j', async (answer, expected) => {
  expect(await io({}, { answers: [answer] }).io.confirm('remove it?', false)).toBe(expected)
})

test('nobody is asked with --yes, and nothing is assumed where nobody can be asked', async () => {
  expect(await io().io.confirm('remove it?', true)).toBe(true)
  await expect(io().io.confirm('remove it?', false)).rejects.toThrow(expect.objectContaining({ code: 'CONFIRMATION' }))
})
