import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { loadLibc, withoutWarnings } from '../../src/workenv/libc.ts'

const onLinux = test.runIf(process.platform === 'linux')

onLinux('asks the C library what Node has no function for', () => {
  const libc = loadLibc()
  expect(libc?.glibcVersion()).toMatch(/^2\.\d+$/)
  expect(libc?.executablePath()).toMatch(/node$/)
  expect(libc?.isSecure()).toBe(false)
})

test('an unknown signal is no failure', () => {
  expect(() => loadLibc()?.resetSignal(10_000)).not.toThrow()
  expect(constants.signals.SIGPIPE).toBe(13)
})

test('says nothing about experimental parts, and lets other warnings through afterwards', () => {
  const before = process.emitWarning
  let inside: unknown
  withoutWarnings(() => {
    inside = process.emitWarning
  })
  expect(inside).not.toBe(before)
  expect(process.emitWarning).toBe(before)
  expect(() =>
    withoutWarnings(() => {
      throw new Error('x')
    }),
  ).toThrow('x')
  expect(process.emitWarning).toBe(before)
})
