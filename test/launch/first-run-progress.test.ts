import { expect, test } from 'vitest'
import { progressLine } from '../../src/launch/first-run-progress.ts'

function drawn(isTerminal: boolean, times: readonly number[]): string {
  const written: string[] = []
  let now = 0
  const line = progressLine({
    write: text => written.push(text),
    isTerminal: () => isTerminal,
    now: () => now,
    name: 'app',
  })
  for (const time of times) {
    now = time
    line.onProgress({ step: 'x', done: time, total: 2000 })
  }
  line.clear()
  return written.join('')
}

test('a first run of half a second says nothing', () => {
  expect(drawn(true, [0, 100, 499])).toBe('')
})

test('a longer one draws a line on a terminal, not too often, and takes it away', () => {
  expect(drawn(true, [0, 500, 550, 1000])).toBe(
    '\r\x1b[Kapp: unpacking for the first run 25 %\r\x1b[Kapp: unpacking for the first run 50 %\r\x1b[K',
  )
})

test('nothing is drawn where there is no terminal', () => {
  expect(drawn(false, [0, 5000])).toBe('')
})
