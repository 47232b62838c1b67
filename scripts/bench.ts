/** Runs the groups that were named, or all, and writes their rows into docs/benchmarks.md. Exits 1 where a bar is missed. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ExecaError, execaSync } from 'execa'
import type { Measurement } from './benchmarks/bar.ts'
import { GROUPS, machine } from './benchmarks/groups.ts'

const TOOLS = { hyperfine: ['--version'], openssl: ['version'], python3: ['-m', 'venv', '-h'] } as const

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
  for (const row of await group().catch(refuseFailure)) {
    rows.push(row)
    process.stdout.write(`${row.met ? 'met   ' : 'MISSED'} ${row.what}: ${row.measured} (bar ${row.bar})\n`)
  }
}
writeFileSync(PAGE, page(rows))
process.exitCode = rows.every(row => row.met) ? 0 : 1

/** Rows that were not measured now stay as they are. */
function page(rows: readonly Measurement[]): string {
  const before =
    names.length > 0 && existsSync(PAGE) ? readFileSync(PAGE, 'utf8').match(/^\| .* \| (?:yes|\*\*no\*\*) \|$/gm) : []
  const cells = new Map((before ?? []).map(row => [row.split(' | ')[0] ?? '', row]))
  for (const { what, bar, measured, baseline, met } of rows) {
    cells.set(`| ${what}`, `| ${what} | ${bar} | ${measured} | ${baseline} | ${met ? 'yes' : '**no**'} |`)
  }
  return `# Benchmarks

<!-- Written by scripts/bench. -->

Measured on ${machine()}.

| what | bar | measured | baseline | met |
|---|---|---|---|---|
${[...cells.values()].join('\n')}

## Method

\`scripts/bench\` runs everything below \`.cache/bench\` with caches of its own. Times are the shortest of the runs of hyperfine; a command and its
baseline are measured in one run of it, so a ratio says more than the milliseconds. The CLI is the bundle of \`scripts/flavor\` on the pinned Node.

- **flavor --version**: 60 runs beside 60 of \`node -e 0\`.
- **pack**: a copy of \`fixtures/httpie-app\`. First ever: one run with an empty home directory, so that uv, the interpreter and every package
  are fetched. Caches warm: the application's version changes before each of three runs. Again unchanged: five runs.
- **size**: what \`inspect --json\` says of the file, less the launcher.
- **verify**: 20 runs beside \`openssl dgst -sha256\` of the same file; the time of \`flavor --version\` is taken off.
- **memory**: the kernel's peak of resident memory, children included, for a package of one slot from a sparse file of 5 GiB,
  with the launcher built before.
- **warm run**: 20 runs of \`--version\` of the packed httpie beside the same from a venv of the machine's own Python, both after a first run.
`
}

/** What a measured command said is worth more than where it was called. */
function refuseFailure(error: unknown): never {
  refuse(error instanceof ExecaError ? `${error.shortMessage}\n${error.stderr}` : String(error))
}

function refuse(message: string): never {
  process.stderr.write(`bench: ${message}\n`)
  process.exit(2)
}
