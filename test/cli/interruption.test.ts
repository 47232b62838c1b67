import { afterEach, expect, test, vi } from 'vitest'
import { Interrupted, Interruption } from '../../src/cli/interruption.ts'

afterEach(() => {
  vi.restoreAllMocks()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(signal)
})

test('the first signal stops the work at its next check, the second ends the process', () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true)
  const interruption = new Interruption()
  interruption.watch()
  interruption.check()
  interruption.dieBySignal()
  expect(kill).not.toHaveBeenCalled()

  process.emit('SIGTERM', 'SIGTERM')
  expect(interruption.signal).toBe('SIGTERM')
  expect(() => interruption.check()).toThrow(Interrupted)
  expect(kill).not.toHaveBeenCalled()

  process.emit('SIGINT', 'SIGINT')
  expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGTERM')
  expect(process.listenerCount('SIGTERM')).toBe(0)
})

test('after unwatch a signal that came is still known', () => {
  const interruption = new Interruption()
  interruption.watch()
  process.emit('SIGHUP', 'SIGHUP')
  interruption.unwatch()
  expect(process.listenerCount('SIGHUP')).toBe(0)
  expect(interruption.signal).toBe('SIGHUP')
})

test('without watch the signals keep their own meaning', () => {
  new Interruption()
  expect(process.listenerCount('SIGINT')).toBe(0)
})
