import { platform as hostSystem } from 'node:os'
import { PINNED_CARGO_ZIGBUILD, PINNED_ZIG } from '../../../tools/pinned-tools.ts'
import { fetchPinnedTool } from '../../../tools/pinned-wheel.ts'
import { isNewEnough, listRust, RUST_FLOOR, type Rust, SHIPPED_RUST } from '../../../tools/rust.ts'
import { searchPath } from '../../../tools/search-path.ts'
import type { ToolContext } from '../../../tools/tool.ts'
import { LauncherError } from '../launcher-error.ts'

/** What the packages of Debian 12 are called that bring a Rust with the sources of its standard library. */
export const DEBIAN_PACKAGES = ['rustc-web', 'cargo-web', 'rust-web-src', 'python3-pip']

/** Compiles and links for every platform. */
export interface CrossTools {
  readonly rust: Rust
  readonly zig: string
  readonly zigbuild: string
}

/**
 * The Rust that launchers which ship are built with: one version, with the sources of its standard library.
 * @throws LauncherError LAUNCHER_RUST says what is missing
 */
export async function crossRust(context: ToolContext): Promise<Rust> {
  const all = await listRust(context)
  const rust = all.find(candidate => candidate.hasSource && candidate.version === SHIPPED_RUST)
  if (rust !== undefined && hostSystem() !== 'win32') return rust
  const want = `Rust ${SHIPPED_RUST} with the sources of its standard library`
  const got = all.length === 0 ? 'no Rust on PATH' : all.map(describe).join(', ')
  const message = `launchers that ship cannot be built here: there is ${got}, expected ${want}`
  const hint = '`scripts/launchers --setup` installs it on Debian; elsewhere rustup has it, with its component rust-src'
  throw new LauncherError('LAUNCHER_RUST', message, { got, want }, { hint })
}

function describe({ version, rustc, hasSource }: Rust): string {
  return `Rust ${version} (${rustc}${hasSource ? '' : ', without sources'})`
}

/**
 * zig and cargo-zigbuild are fetched with the user's own pip the first time (93 MB), and known by their hashes.
 * @throws LauncherError LAUNCHER_RUST; ToolError
 */
export async function crossTools(rust: Rust, context: ToolContext): Promise<CrossTools> {
  const zig = await fetchPinnedTool(PINNED_ZIG, context)
  const zigbuild = await fetchPinnedTool(PINNED_CARGO_ZIGBUILD, context)
  return { rust, zig, zigbuild }
}

/**
 * The Rust of this machine, for its own launcher.
 * @throws LauncherError LAUNCHER_RUST says what is missing
 */
export async function hostRust(context: ToolContext): Promise<Rust> {
  const all = await listRust(context)
  const rust = all.find(isNewEnough)
  if (rust === undefined) {
    const got = all.length === 0 ? 'no cargo on PATH' : all.map(({ version }) => `Rust ${version}`).join(', ')
    const message = `the native launcher cannot be built here: there is ${got}, expected Rust ${RUST_FLOOR} or newer`
    const hint = 'install Rust with rustup, or pass --launcher node'
    throw new LauncherError('LAUNCHER_RUST', message, { got, want: RUST_FLOOR }, { hint })
  }
  if (hasCompiler(context)) return rust
  const message = 'the native launcher cannot be built here: there is no C compiler on PATH, expected cc, gcc or clang'
  throw new LauncherError(
    'LAUNCHER_RUST',
    message,
    { want: 'cc' },
    { hint: '`apt-get install gcc libc6-dev` on Debian' },
  )
}

/** On Windows the compiler is found by the registry, which is not ours to read. */
function hasCompiler({ environment }: ToolContext): boolean {
  if (process.platform === 'win32') return true
  return ['cc', 'gcc', 'clang'].some(name => searchPath(name, environment).length > 0)
}
