import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isNewEnough, listRust, RUST_FLOOR, type Rust } from '../../src/tools/rust.ts'
import { type CargoPackage, licenceFindings } from './crate-licences.ts'
import { currentCrates } from './crate-list.ts'
import { report, sum, type Tally } from './tally.ts'

/** One thing to prove of the crate: a command of cargo, and the component that it needs. */
interface Step {
  readonly name: string
  readonly args: readonly string[]
  /** Fails where the component is not installed, as with Debian's Rust. */
  readonly probe?: readonly string[]
}

const STEPS: readonly Step[] = [
  { name: 'cargo fmt', args: ['fmt', '--all', '--check'], probe: ['fmt', '--version'] },
  {
    name: 'cargo clippy',
    args: ['clippy', '--locked', '--quiet', '--workspace', '--all-targets', '--', '-D', 'warnings'],
    probe: ['clippy', '--version'],
  },
]

/**
 * The crate of the native launcher: layout, lints, licences, its own tests and the vectors. Where there is no Rust that compiles it, all
 * of that is skipped by name.
 */
export async function cargo(root: string, filter = ''): Promise<Tally> {
  const rust = (await listRust({ environment: process.env })).find(isNewEnough)
  if (rust === undefined) return { passed: 0, failed: 0, skipped: [`cargo: needs Rust ${RUST_FLOOR}`] }
  const crate = join(root, 'launchers/native')
  const tallies: Tally[] = []
  for (const step of STEPS.filter(({ name }) => name.includes(filter))) tallies.push(runStep(step, rust, crate))
  if ('cargo licences'.includes(filter)) tallies.push(counted('cargo licences', licences(rust, crate)))
  if ('cargo crates'.includes(filter)) tallies.push(counted('cargo crates', staleCrates(rust, crate)))
  if ('cargo fuzz'.includes(filter))
    tallies.push(counted('cargo fuzz', fuzzedCrate(rust, join(root, 'launchers/fuzz'))))
  if ('cargo test'.includes(filter)) tallies.push(runTests(rust, crate))
  return {
    passed: sum(tallies.map(({ passed }) => passed)),
    failed: sum(tallies.map(({ failed }) => failed)),
    skipped: tallies.flatMap(({ skipped }) => skipped),
  }
}

function run(rust: Rust, crate: string, args: readonly string[]) {
  return spawnSync(rust.cargo, args, {
    cwd: crate,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    // The rustc beside it: another one on PATH may be a stub of rustup without a toolchain behind it.
    env: { ...process.env, RUSTC: rust.rustc, CARGO_TERM_COLOR: 'never' },
  })
}

function runStep({ name, args, probe }: Step, rust: Rust, crate: string): Tally {
  if (probe !== undefined && run(rust, crate, probe).status !== 0) {
    return { passed: 0, failed: 0, skipped: [`${name}: Rust ${rust.version} is installed without it`] }
  }
  const { status, stdout, stderr } = run(rust, crate, args)
  return counted(name, status === 0 ? [] : lines(`${stdout}${stderr}`))
}

function counted(name: string, findings: readonly string[]): Tally {
  return report(name, findings) ? { passed: 1, failed: 0, skipped: [] } : { passed: 0, failed: 1, skipped: [] }
}

function licences(rust: Rust, crate: string): string[] {
  const { status, stdout, stderr } = run(rust, crate, ['metadata', '--locked', '--format-version=1'])
  if (status !== 0) return lines(stderr)
  return licenceFindings((JSON.parse(stdout) as { packages: CargoPackage[] }).packages)
}

/** What packages say their launcher is made of is written by `scripts/launchers --crates`. */
function staleCrates(rust: Rust, crate: string): string[] {
  const isCurrent = currentCrates(rust, crate) === readFileSync(join(crate, 'crates.json'), 'utf8')
  return isCurrent ? [] : ['launchers/native/crates.json: is not that of Cargo.lock, run scripts/launchers --crates']
}

/** The crate that fuzzes the launcher names the same crates, so that a new one there is one here; scripts/fuzz compiles it. */
function fuzzedCrate(rust: Rust, crate: string): string[] {
  const { status, stderr } = run(rust, crate, ['metadata', '--locked', '--format-version=1'])
  return status === 0
    ? []
    : [...lines(stderr), 'launchers/fuzz/Cargo.lock: run `cargo update --workspace` in launchers/fuzz']
}

/** Each of cargo's test programs ends with a line of its own. A program that dies has none, but cargo fails. */
function runTests(rust: Rust, crate: string): Tally {
  const { status, stdout, stderr } = run(rust, crate, ['test', '--locked', '--workspace', '--no-fail-fast', '--tests'])
  const tally = testCounts(stdout)
  const died = status !== 0 && tally.failed === 0
  if (status !== 0 || tally.passed === 0)
    process.stdout.write(`${lines(`${stderr}\n${stdout}`).slice(-80).join('\n')}\n`)
  process.stdout.write(`${status === 0 ? 'ok' : 'FAILED'} cargo test: ${tally.passed} passed\n`)
  return died || tally.passed === 0 ? { ...tally, failed: tally.failed + 1 } : tally
}

/** Adds up what the test programs of cargo say. */
export function testCounts(output: string): Tally {
  const results = [...output.matchAll(/^test result: \w+\. (\d+) passed; (\d+) failed;/gm)]
  const ignored = [...output.matchAll(/^test (\S+) \.\.\. ignored(?:, (.*))?$/gm)]
  return {
    passed: sum(results.map(match => Number(match[1]))),
    failed: sum(results.map(match => Number(match[2]))),
    skipped: ignored.map(match => `cargo test ${match[1]}: ${match[2] ?? 'ignored'}`),
  }
}

function lines(text: string): string[] {
  const found = text.trim().split('\n')
  return found[0] === '' ? ['cargo failed without a word'] : found
}
