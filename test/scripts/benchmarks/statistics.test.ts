import { describe, expect, test } from 'vitest'
import { callsOfLauncher, pairedRatio, worstGrowth } from '../../../scripts/benchmarks/statistics.ts'

describe('a ratio of pairs', () => {
  test('is exact where every pair has it', () => {
    const ratio = pairedRatio([2, 4, 6], [1, 2, 3])
    expect(ratio.ratio).toBeCloseTo(2, 12)
    expect(ratio.upper - ratio.lower).toBeCloseTo(0, 12)
  })

  test('has the error of the differences within the pairs, not that of what both have', () => {
    const baseline = [100, 200, 300, 400]
    const { ratio, lower, upper } = pairedRatio(
      baseline.map((value, at) => value + (at % 2 === 0 ? 1 : -1)),
      baseline,
    )
    expect(ratio).toBe(1)
    // Rests of +-1: deviation sqrt(4/3), over 2 for four pairs, times 1.96, over the mean 250.
    expect(upper - 1).toBeCloseTo((1.96 * Math.sqrt(4 / 3)) / 2 / 250, 12)
    expect(1 - lower).toBeCloseTo(upper - 1, 12)
  })

  test('of too few or unequal values is refused', () => {
    expect(() => pairedRatio([1], [1])).toThrowError(RangeError)
    expect(() => pairedRatio([1, 2], [1])).toThrowError(RangeError)
  })
})

test('growth is that of the worst step', () => {
  const steps = [
    { size: 10, seconds: 1 },
    { size: 100, seconds: 9 },
    { size: 1000, seconds: 99 },
  ]
  expect(worstGrowth(steps)).toBeCloseTo(1.1, 12)
  expect(() => worstGrowth(steps.slice(0, 1))).toThrowError(RangeError)
})

test('system calls are counted until the launcher becomes its program, signals and exits left out', () => {
  const log = `execve("app", ["app"], 0x7 /* 3 vars */) = 0
read(3, "x", 1) = 1
--- SIGCHLD {si_signo=SIGCHLD} ---
execve("hello", ["hello"], 0x7 /* 3 vars */) = 0
write(1, "hello", 5) = 5
+++ exited with 0 +++
`
  expect(callsOfLauncher(log)).toBe(3)
  expect(() => callsOfLauncher('execve("app") = 0\nexit_group(102) = ?\n')).toThrowError(RangeError)
})
