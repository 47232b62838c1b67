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
