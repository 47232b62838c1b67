/** The standard normal distribution's: 95 % lie between its negative and itself. */
const Z95 = 1.96

/** The shortest: what a command needs, less what else the machine was doing. */
export function shortest(values: readonly number[]): number {
  return Math.min(...values)
}

export interface Ratio {
  readonly ratio: number
  /** Both ends of the 95 % confidence interval. */
  readonly lower: number
  readonly upper: number
}

/**
 * The ratio of the means of measurements that were made in pairs. Its error is that of the differences within the pairs, which a slow
 * minute of the machine hits on both sides.
 */
export function pairedRatio(measured: readonly number[], baseline: readonly number[]): Ratio {
  if (measured.length !== baseline.length || measured.length < 2) {
    throw new RangeError(`${measured.length} and ${baseline.length} values, expected as many of each, at least 2`)
  }
  const of = mean(baseline)
  const ratio = mean(measured) / of
  const rests = measured.map((value, at) => value - ratio * (baseline[at] ?? Number.NaN))
  const variance = rests.reduce((sum, rest) => sum + rest * rest, 0) / (rests.length - 1)
  const margin = (Z95 * Math.sqrt(variance / rests.length)) / of
  return { ratio, lower: ratio - margin, upper: ratio + margin }
}

export interface Growth {
  readonly size: number
  readonly seconds: number
}

/** By how much the time grows faster than the size, at the worst step: 1 is linear, less is a cost that does not grow. */
export function worstGrowth(steps: readonly Growth[]): number {
  const factors = steps.slice(1).map((step, at) => {
    const before = steps[at] ?? step
    return step.seconds / before.seconds / (step.size / before.size)
  })
  if (factors.length === 0) throw new RangeError('one size, expected at least two')
  return Math.max(...factors)
}

/**
 * How many system calls a launcher made until it became its program, its own start included.
 * @param log what `strace -o` wrote of one process
 */
export function callsOfLauncher(log: string): number {
  const calls = log.split('\n').filter(line => /^\w+\(/.test(line))
  const last = calls.findLastIndex((line, at) => at > 0 && line.startsWith('execve('))
  if (last < 0) throw new RangeError('the log has no second execve: the launcher did not become its program')
  return last + 1
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
