import { type Growth, shortest, worstGrowth } from './statistics.ts'

/** One measured line of docs/benchmarks.md. */
export interface Measurement {
  readonly what: string
  /** What it has to be, in words. */
  readonly bar: string
  readonly measured: string
  readonly baseline: string
  readonly met: boolean
}

/** A time over that of a baseline which was measured beside it. */
export function ratioBar(
  what: string,
  limit: number,
  seconds: { readonly measured: number; readonly baseline: number; readonly of: string },
): Measurement {
  const ratio = seconds.measured / seconds.baseline
  return {
    what,
    bar: `<= ${limit} x ${seconds.of}`,
    measured: `${milliseconds(seconds.measured)}, ${ratio.toFixed(2)} x`,
    baseline: milliseconds(seconds.baseline),
    met: ratio <= limit,
  }
}

/** Something that has to stay below a fixed amount. */
export function limitBar(what: string, limit: number, value: number, unit: (value: number) => string): Measurement {
  return { what, bar: `<= ${unit(limit)}`, measured: unit(value), baseline: '-', met: value <= limit }
}

export function milliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(1)} ms`
}

export function wholeSeconds(seconds: number): string {
  return `${seconds.toFixed(1)} s`
}

/** Decimal, as file managers and the bars count. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`
}

/** The shortest run over the shortest run of a baseline, as a difference. */
export function differenceBar(
  what: string,
  limit: number,
  measured: readonly number[],
  baseline: readonly number[],
  of = 'direct exec',
): Measurement {
  const difference = shortest(measured) - shortest(baseline)
  return {
    what,
    bar: `<= ${of} + ${exactMilliseconds(limit)}`,
    measured: `${exactMilliseconds(shortest(measured))}, + ${exactMilliseconds(difference)}`,
    baseline: exactMilliseconds(shortest(baseline)),
    met: difference <= limit,
  }
}

/** How many bytes a second something handles that a baseline leaves out: of what it takes longer, shortest over shortest. */
export function rateBar(
  what: string,
  limit: number,
  bytes: number,
  measured: readonly number[],
  baseline: readonly number[],
): Measurement {
  const [all, without] = [shortest(measured), shortest(baseline)]
  const rate = bytes / Math.max(all - without, Number.MIN_VALUE)
  return {
    what,
    bar: `>= ${megabytesPerSecond(limit)}`,
    measured: `${megabytesPerSecond(rate)}: ${milliseconds(all)}`,
    baseline: milliseconds(without),
    met: rate >= limit,
  }
}

function megabytesPerSecond(rate: number): string {
  return `${Math.round(rate / 1e6)} MB/s`
}

/** Time that may grow faster than the size by a factor at most. */
export function growthBar(what: string, limit: number, steps: readonly Growth[]): Measurement {
  const worst = worstGrowth(steps)
  return {
    what,
    bar: `<= ${limit} x linear`,
    measured: `${worst.toFixed(2)} x at the worst step`,
    baseline: steps.map(({ seconds }) => `${seconds.toFixed(3)} s`).join(', '),
    met: worst <= limit,
  }
}

/** What cannot be measured here is no bar met. */
export function unmeasured(what: string, bar: string, reason: string): Measurement {
  return { what, bar, measured: reason, baseline: '-', met: false }
}

export function kilobytes(bytes: number): string {
  return `${(bytes / 1e3).toFixed(0)} kB`
}

function exactMilliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(2)} ms`
}
