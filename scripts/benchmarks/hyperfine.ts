import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'

export type Argv = readonly [string, ...string[]]

export interface CompareOptions {
  readonly runs: number
  readonly warmup?: number
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** Run before each timed run, not timed. */
  readonly prepare?: Argv
}

/**
 * The shortest time of each command in seconds: what it needs, less what else the machine was doing. All are measured in one run of
 * hyperfine, so that they share the machine's mood.
 */
export async function compare<Name extends string>(
  commands: Readonly<Record<Name, Argv>>,
  options: CompareOptions,
): Promise<Record<Name, number>> {
  const scratch = mkdtempSync(join(tmpdir(), 'flavor-bench-'))
  const report = join(scratch, 'report.json')
  const names = Object.keys(commands) as Name[]
  const prepare = options.prepare === undefined ? [] : ['--prepare', shellWords(options.prepare)]
  const flags = ['-N', '--style=none', '--runs', `${options.runs}`, '--warmup', `${options.warmup ?? 0}`, ...prepare]
  try {
    await execa('hyperfine', [...flags, '--export-json', report, ...names.map(name => shellWords(commands[name]))], {
      ...(options.env === undefined ? {} : { env: options.env }),
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      stdin: 'ignore',
    })
    const { results } = JSON.parse(readFileSync(report, 'utf8')) as { results: readonly { min: number }[] }
    return Object.fromEntries(names.map((name, at) => [name, results[at]?.min ?? Number.NaN])) as Record<Name, number>
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function shellWords(words: readonly string[]): string {
  return words.map(word => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
}
