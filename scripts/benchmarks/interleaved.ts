import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Argv } from './hyperfine.ts'

/** What one command took, run by run, in the order of the rounds. */
export interface Runs {
  readonly seconds: readonly number[]
  /** Peak resident memory, bytes. */
  readonly peaks: readonly number[]
}

export interface InterleaveOptions {
  readonly rounds: number
  /** A shell command that is run before each run, not timed. */
  readonly prepare?: string
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string
}

/** Runs two commands in turns, by interleaved.c, whose own cost is below that of what is measured. */
export async function interleave(first: Argv, second: Argv, options: InterleaveOptions): Promise<[Runs, Runs]> {
  const program = await staticProgram('interleaved')
  const args = [`${options.rounds}`, options.prepare ?? '', '--', ...first, '--', ...second]
  const cwd = options.cwd === undefined ? {} : { cwd: options.cwd }
  const { stdout } = await execa(program, args, { env: options.env, ...cwd, stdin: 'ignore' })
  return parseRuns(stdout)
}

/** @param text lines of `0|1 NANOSECONDS KIBIBYTES` */
export function parseRuns(text: string): [Runs, Runs] {
  const lines = text
    .trim()
    .split('\n')
    .map(line => line.split(' ').map(Number))
  const runs = (which: number): Runs => {
    const own = lines.filter(([command]) => command === which)
    return {
      seconds: own.map(([, nanoseconds = Number.NaN]) => nanoseconds / 1e9),
      peaks: own.map(([, , kibibytes = Number.NaN]) => kibibytes * 1024),
    }
  }
  return [runs(0), runs(1)]
}

/** A C program of this directory, compiled without any shared library. */
export async function staticProgram(name: string): Promise<string> {
  const directory = join(import.meta.dirname, '../../.cache/bench/programs')
  mkdirSync(directory, { recursive: true })
  const path = join(directory, name)
  await execa('gcc', ['-static', '-O2', '-Wall', '-s', '-o', path, join(import.meta.dirname, `${name}.c`)])
  return path
}
