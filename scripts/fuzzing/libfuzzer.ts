import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isNewEnough, listRust, type Rust } from '../../src/tools/rust.ts'
import type { Target } from './targets.ts'
import { dictionary } from './words.ts'

/**
 * The coverage that libFuzzer reads, from passes of LLVM that every rustc has: no nightly, no sanitizer. A target that is named
 * keeps it out of build scripts.
 */
const FLAGS = [
  '-Cpasses=sancov-module',
  ...['level=4', 'inline-8bit-counters', 'pc-table', 'trace-compares'].map(
    option => `-Cllvm-args=-sanitizer-coverage-${option}`,
  ),
  // Branches that were folded into one are branches that are not seen.
  '-Cllvm-args=-simplifycfg-branch-fold-threshold=0',
]

/** Builds launchers/fuzz into `directory`. Undefined where there is no Rust that compiles it. @throws Error with what cargo said */
export async function buildFuzzer(root: string, directory: string): Promise<string | undefined> {
  const rust = (await listRust({ environment: process.env })).find(isNewEnough)
  if (rust === undefined) return undefined
  const triple = hostOf(rust)
  const args = ['build', '--release', '--locked', '--quiet', '--target', triple, '--target-dir', directory]
  const { status, stderr } = spawnSync(rust.cargo, args, {
    cwd: join(root, 'launchers/fuzz'),
    encoding: 'utf8',
    env: { ...process.env, RUSTC: rust.rustc, RUSTFLAGS: FLAGS.join(' '), CARGO_TERM_COLOR: 'never' },
  })
  if (status !== 0) throw new Error(`launchers/fuzz does not build:\n${stderr}`)
  return join(directory, triple, 'release/flavor-fuzz')
}

function hostOf(rust: Rust): string {
  const { stdout } = spawnSync(rust.rustc, ['-vV'], { encoding: 'utf8' })
  const host = /^host: (.+)$/m.exec(stdout)?.[1]
  if (host === undefined) throw new Error(`${rust.rustc} does not say for which machine it is`)
  return host
}

export interface LibFuzzerRun {
  readonly executions: number
  /** Edges, as libFuzzer counts them. */
  readonly coverage: number
  /** What it said, where it found something. */
  readonly finding: string | undefined
}

/** Runs libFuzzer on one target for `seconds`, with the corpus in `directory`; findings are written into `findings`. */
export async function runLibFuzzer(
  program: string,
  target: Target,
  options: { readonly seconds: number; readonly directory: string; readonly findings: string; readonly seed: number },
): Promise<LibFuzzerRun> {
  mkdirSync(options.findings, { recursive: true })
  const words = join(options.findings, `.${target.name}.dict`)
  writeFileSync(words, dictionary(target.words))
  const args = [
    `-max_total_time=${Math.max(1, Math.round(options.seconds))}`,
    `-max_len=${target.longest}`,
    `-seed=${options.seed}`,
    `-dict=${words}`,
    `-artifact_prefix=${join(options.findings, `${target.name}-`)}`,
    ...['-timeout=60', '-rss_limit_mb=1024', '-print_final_stats=1', '-verbosity=1', '-reload=0'],
    options.directory,
  ]
  const child = spawn(program, args, {
    env: { ...process.env, FLAVOR_FUZZ_TARGET: target.name },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', bytes => {
    said = `${said}${bytes}`.slice(-20_000)
  })
  const status = await new Promise<number | null>(resolve => child.on('close', resolve))
  const coverage = [...said.matchAll(/cov: (\d+)/g)].at(-1)?.[1]
  return {
    executions: Number(/number_of_executed_units:\s*(\d+)/.exec(said)?.[1] ?? /#(\d+)\s+DONE/.exec(said)?.[1] ?? 0),
    coverage: Number(coverage ?? 0),
    finding: status === 0 ? undefined : said.slice(-3000),
  }
}
