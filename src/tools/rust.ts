import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runCommand } from './run-command.ts'
import { isProgram, searchPath } from './search-path.ts'
import type { ToolContext } from './tool.ts'

/** The oldest Rust that compiles the native launcher; its Cargo.toml says the same (a test compares them). */
export const RUST_FLOOR = '1.95'

/** The one Rust that launchers which ship are built with: another one makes other bytes. Debian 12 has it as `rustc-web`. */
export const SHIPPED_RUST = '1.96.0'

/** A Rust toolchain that runs. */
export interface Rust {
  readonly cargo: string
  readonly rustc: string
  /** Such as `1.96.0`. */
  readonly version: string
  /** Which Rust exactly; the compiled standard library names its own sources by it. The version where there is none. */
  readonly commit: string
  /** The target that it compiles for without being told: `x86_64-unknown-linux-gnu`. */
  readonly host: string
  readonly sysroot: string
  /** Has the sources of the standard library, so that it compiles for targets of which no compiled one is installed. */
  readonly hasSource: boolean
}

/**
 * Every toolchain that PATH offers, in its order: a `cargo` with the `rustc` beside it. Those too old are among them, because a message
 * names them. Costs two runs of rustc for each.
 */
export async function listRust({ environment }: Pick<ToolContext, 'environment'>): Promise<Rust[]> {
  const places = new Set(searchPath('cargo', environment).map(path => dirname(path)))
  const found: Rust[] = []
  for (const place of places) {
    const rust = await askRust(place, environment)
    if (rust !== undefined) found.push(rust)
  }
  return found
}

/** Whether a toolchain compiles the native launcher. */
export function isNewEnough({ version }: Pick<Rust, 'version'>): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [wantMajor = 0, wantMinor = 0] = RUST_FLOOR.split('.').map(Number)
  return major > wantMajor || (major === wantMajor && minor >= wantMinor)
}

/** The stubs of rustup are on PATH without any toolchain behind them, so only running one tells. */
async function askRust(place: string, environment: ToolContext['environment']): Promise<Rust | undefined> {
  const exe = process.platform === 'win32' ? '.exe' : ''
  const [cargo, rustc] = [join(place, `cargo${exe}`), join(place, `rustc${exe}`)]
  if (!isProgram(rustc)) return undefined
  const said = await runCommand([rustc], ['-vV'], { environment })
  const printed = await runCommand([rustc], ['--print', 'sysroot'], { environment })
  const version = /^release: (\S+)$/m.exec(said.stdout)?.[1]
  const host = /^host: (\S+)$/m.exec(said.stdout)?.[1]
  const commit = /^commit-hash: ([0-9a-f]+)$/m.exec(said.stdout)?.[1]
  const sysroot = printed.stdout.trim()
  if (!said.ok || !printed.ok || version === undefined || host === undefined) return undefined
  const hasSource = existsSync(join(sysroot, 'lib/rustlib/src/rust/library/Cargo.lock'))
  return { cargo, rustc, version, commit: commit ?? version, host, sysroot, hasSource }
}
