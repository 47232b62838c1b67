import { expect, test } from 'vitest'
import { Interrupted } from '../../../src/cli/interruption.ts'
import { progressLine, startProgress } from '../../../src/cli/ui/progress.ts'
import { fakeTerminal } from '../../support/cli-terminal.ts'

const MIB = 1024 * 1024
const modes = { quiet: false, json: false, paint: (text: string) => text }

test('in a pipe each step is one plain line', () => {
  const terminal = fakeTerminal()
  const progress = startProgress(terminal, modes)
  for (const done of [0, 50, 100]) progress.onProgress({ step: 'slot 0', done, total: 100 })
  progress.onProgress({ step: 'slot 1', done: 0, total: 5 })
  progress.stop()
  expect(terminal.written.stderr).toBe('flavor: slot 0\nflavor: slot 1\n')
})

test.each([{ quiet: true }, { json: true }])('%j prints none', mode => {
  const terminal = fakeTerminal({ tty: true })
  const progress = startProgress(terminal, { ...modes, ...mode })
  progress.onProgress({ step: 'slot 0', done: 1, total: 100 * MIB })
  progress.stop()
  expect(terminal.written.stderr).toBe('')
})

test('on a terminal one line is rewritten, not more than ten times a second, and taken away at the end', () => {
  const terminal = fakeTerminal({ tty: true, columns: 40 })
  const progress = startProgress(terminal, modes)
  for (let done = 0; done < 1000; done++)
    progress.onProgress({ step: 'a step with a long name', done: done * MIB, total: 1000 * MIB })
  expect(terminal.written.stderr.match(/\r/g)).toHaveLength(1)
  terminal.clock += 100
  progress.onProgress({ step: 'a step with a long name', done: 1000 * MIB, total: 1000 * MIB })
  const lines = terminal.written.stderr.split('\r\u001b[K')
  expect(lines).toHaveLength(3)
  for (const line of lines) expect(line.length).toBeLessThan(40)
  progress.stop()
  expect(terminal.written.stderr.endsWith('\r\u001b[K')).toBe(true)
  expect(terminal.written.stderr).not.toContain('\n')
})

test('little work shows its name, much shows bytes and, after a second, the time left', () => {
  expect(progressLine({ step: 'reading', done: 1, total: MIB }, 5000)).toBe('reading')
  const half = { step: 'writing', done: 50e6, total: 100e6 }
  expect(progressLine(half, 500)).toBe('writing  [##########----------]  50 %  50.0 MB of 100 MB')
  expect(progressLine(half, 2000)).toBe('writing  [##########----------]  50 %  50.0 MB of 100 MB  2.0 s left')
  // What was there when the step began says nothing about its speed.
  expect(progressLine(half, 2000, 25e6)).toContain('4.0 s left')
  expect(progressLine({ ...half, done: 200e6 }, 2000)).toContain('100 %')
})

test('a signal ends the work at its next event', () => {
  const terminal = fakeTerminal()
  const progress = startProgress(terminal, { ...modes, quiet: true })
  terminal.interruption.watch()
  process.emit('SIGINT', 'SIGINT')
  process.removeAllListeners('SIGINT')
  expect(() => progress.onProgress({ step: 'x', done: 0, total: 1 })).toThrow(Interrupted)
})
