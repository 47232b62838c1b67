/** Runs the groups that were named, or all, and writes their rows into docs/benchmarks.md. Exits 1 where a bar is missed. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ExecaError, execaSync } from 'execa'
import type { Measurement } from './benchmarks/bar.ts'
import { GROUPS, machine } from './benchmarks/groups.ts'
import { benchmarksPage } from './benchmarks/page.ts'

const TOOLS = {
  hyperfine: ['--version'],
  openssl: ['version'],
  python3: ['-m', 'venv', '-h'],
  gcc: ['--version'],
  strace: ['--version'],
  tar: ['--version'],
  zstd: ['--version'],
} as const

const PAGE = join(import.meta.dirname, '../docs/benchmarks.md')

const names = process.argv.slice(2)
const unknown = names.filter(name => !(name in GROUPS))
if (unknown.length > 0) refuse(`${unknown.join(', ')}: no such benchmark, expected ${Object.keys(GROUPS).join(', ')}`)
for (const [tool, args] of Object.entries(TOOLS)) {
  if (execaSync(tool, args, { reject: false }).failed)
    refuse(`${tool} does not run here; install it (Debian: apt-get install ${tool})`)
}

const rows: Measurement[] = []
for (const [name, group] of Object.entries(GROUPS)) {
  if (names.length > 0 && !names.includes(name)) continue
  process.stderr.write(`bench: ${name}\n`)
  const start = performance.now()
  for (const row of await group().catch(refuseFailure)) {
    rows.push(row)
    process.stdout.write(`${row.met ? 'met   ' : 'MISSED'} ${row.what}: ${row.measured} (bar ${row.bar})\n`)
  }
  process.stderr.write(`bench: ${name} took ${Math.round((performance.now() - start) / 1000)} s\n`)
}
const before = names.length > 0 && existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : ''
writeFileSync(PAGE, benchmarksPage(rows, before, machine()))
process.exitCode = rows.every(row => row.met) ? 0 : 1

/** What a measured command said is worth more than where it was called. */
function refuseFailure(error: unknown): never {
  refuse(error instanceof ExecaError ? `${error.shortMessage}\n${error.stderr}` : String(error))
}

function refuse(message: string): never {
  process.stderr.write(`bench: ${message}\n`)
  process.exit(2)
}
