/** What a part of `scripts/test` counted. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  /** Names of what could not run here, each with its reason. */
  readonly skipped: readonly string[]
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

/** Says how one check went, with what it found. */
export function report(name: string, findings: readonly string[]): boolean {
  process.stdout.write(`${findings.length === 0 ? 'ok' : 'FAILED'} check ${name}\n`)
  for (const finding of findings) process.stdout.write(`  ${finding}\n`)
  return findings.length === 0
}
