import { copyFileSync, existsSync, realpathSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { sha256Hex } from '../../../crypto/sha256.ts'
import { ensureDirectory } from '../../../files/ensure-directory.ts'
import { platformName } from '../../../format/platform.ts'
import { type CommandResult, lastLines, runCommand } from '../../../tools/run-command.ts'
import type { Rust } from '../../../tools/rust.ts'
import type { Command, Environment, ToolContext } from '../../../tools/tool.ts'
import { LauncherError } from '../launcher-error.ts'
import { type CrossTools, crossTools } from './cross-tools.ts'
import type { NativeSources } from './native-sources.ts'
import { type NativeTarget, programName } from './native-targets.ts'

/** Variables that change what a compiler makes: the caller's are for the caller's programs. */
const STEERING =
  /^(RUSTC?_|RUSTFLAGS$|RUSTDOCFLAGS$|CARGO_(BUILD|PROFILE|TARGET|ENCODED|UNSTABLE|INCREMENTAL|ZIGBUILD)|ZIG_|(TARGET_|HOST_)?(CC|CFLAGS|CXX|CXXFLAGS|CPPFLAGS|LDFLAGS|AR|ARFLAGS|RANLIB)(_|$)|ZSTD_SYS_|MACOSX_DEPLOYMENT_TARGET$|SDKROOT$)/

/** The oldest macOS that Node 26 and Apple's own tools still serve. */
const MACOS = '11.0'

/** What a native launcher is built from and with. */
export interface NativeBuild {
  readonly sources: NativeSources
  readonly target: NativeTarget
  readonly rust: Rust
  /** Whether it is the one that ships, and so is made with zig and a standard library from source. */
  readonly shipped: boolean
}

/**
 * Compiles a native launcher into `output`. The same sources and tools give the same bytes in every directory: no path of the machine is
 * left in them, and no variable of the caller reaches the compilers. What cargo compiles is kept in the cache, so that only what changed
 * is compiled again.
 * @throws LauncherError LAUNCHER_BUILD; ToolError
 */
export async function buildNative(build: NativeBuild, output: string, context: ToolContext): Promise<void> {
  const { sources, target } = build
  const before = sources.hash()
  context.onStep?.(stepText(build))
  const result = await compileCrate(build, ['--release', '--bin=flavor-launcher'], context)
  const program = join(workPlace(build, context), 'target', target.triple, 'release', programName(target.platform))
  if (!result.ok || !existsSync(program)) throw buildError(target, errorsOf(result.stderr))
  copyFileSync(program, output)
  if (sources.hash() === before) return
  throw buildError(target, 'its sources changed while they were compiled', 'build it again')
}

/**
 * Compiles what `wanted` says of the crate, with the tools and flags of a launcher; what cargo says is the answer. The tests of other
 * platforms are made like that too.
 * @throws ToolError
 */
export async function compileCrate(
  build: NativeBuild,
  wanted: readonly string[],
  context: ToolContext,
): Promise<CommandResult> {
  const { sources, rust, shipped } = build
  const place = workPlace(build, context)
  const tools = shipped ? await crossTools(rust, context) : undefined
  ensureDirectory(place, 0o700)
  return await runCommand(command(rust, tools), [...wanted, ...cargoArguments(build, place)], {
    environment: buildEnvironment(build, place, tools, context.environment),
    directory: sources.directory,
  })
}

function stepText({ target, shipped, rust }: NativeBuild): string {
  const time = shipped ? 'some minutes the first time' : 'up to a minute the first time'
  return `building the native launcher for ${platformName(target.platform)} with Rust ${rust.version} (${time})`
}

/** One for each checkout and toolchain: two checkouts at once would otherwise take each other's programs. */
function workPlace({ sources, rust }: NativeBuild, { cacheDirectory }: ToolContext): string {
  const name = sha256Hex(Buffer.from(`${realpathSync(sources.directory)}\n${rust.rustc}\n${rust.version}`)).slice(0, 16)
  return join(cacheDirectory, 'launchers', '.cargo', name)
}

function command(rust: Rust, tools: CrossTools | undefined): Command {
  return tools === undefined ? [rust.cargo, 'build'] : [tools.zigbuild, 'zigbuild']
}

function cargoArguments({ target, shipped }: NativeBuild, place: string): string[] {
  return [
    '--locked',
    '--color=never',
    `--target=${target.triple}`,
    `--target-dir=${join(place, 'target')}`,
    ...(shipped ? ['-Zbuild-std=std,panic_abort', '-Zbuild-std-features=optimize_for_size'] : []),
  ]
}

function buildEnvironment(
  { sources, target, rust, shipped }: NativeBuild,
  place: string,
  tools: CrossTools | undefined,
  caller: Environment,
): Environment {
  const kept = Object.fromEntries(Object.entries(caller).filter(([name]) => !STEERING.test(name) || isSetting(name)))
  const links = join(place, 'libraries')
  const flags = [...target.rustFlags, ...remapped(sources, rust, place, caller)]
  const common = {
    ...kept,
    PATH: [dirname(rust.cargo), caller.PATH ?? ''].join(delimiter),
    RUSTC: rust.rustc,
    CARGO_INCREMENTAL: '0',
    [`CFLAGS_${target.triple.replaceAll('-', '_')}`]: target.cFlags.join(' '),
  }
  if (!shipped || tools === undefined) return { ...common, CARGO_ENCODED_RUSTFLAGS: flags.join('\x1f') }
  if (target.platform.os === 'windows') {
    ensureDirectory(links, 0o700)
    // Rust names it, and zig has none; an empty archive is all that it takes without stack protectors.
    writeFileSync(join(links, 'libssp_nonshared.a'), '!<arch>\n')
    flags.push(`-Lnative=${links}`)
  }
  return {
    ...common,
    CARGO: rust.cargo,
    CARGO_ENCODED_RUSTFLAGS: flags.join('\x1f'),
    // A released compiler builds its standard library from source only so.
    RUSTC_BOOTSTRAP: '1',
    CARGO_ZIGBUILD_ZIG_PATH: tools.zig,
    CARGO_ZIGBUILD_CACHE_DIR: join(place, 'zigbuild'),
    ZIG_GLOBAL_CACHE_DIR: join(place, 'zig'),
    ZIG_LOCAL_CACHE_DIR: join(place, 'zig'),
    MACOSX_DEPLOYMENT_TARGET: MACOS,
    // rustc would strip with a tool of LLVM that Debian leaves out; see the flags of its targets.
    ...(target.platform.os === 'darwin' ? { CARGO_PROFILE_RELEASE_STRIP: 'none' } : {}),
  }
}

/** Where rustup keeps its toolchains is no steering. */
function isSetting(name: string): boolean {
  return name === 'RUSTUP_HOME' || name === 'RUSTUP_TOOLCHAIN'
}

/** Messages of failed assertions name source files: by names that are the same on every machine. */
function remapped(sources: NativeSources, rust: Rust, place: string, environment: Environment): string[] {
  const cargoHome = environment.CARGO_HOME ?? join(environment.HOME ?? homedir(), '.cargo')
  const names: readonly (readonly [string, string])[] = [
    // Where its sources are installed, rustc names them by where they are, and else by this: with and without them the bytes are the same.
    [join(rust.sysroot, 'lib/rustlib/src/rust'), `/rustc/${rust.commit}`],
    [cargoHome, '/cargo'],
    [place, '/build'],
    [sources.directory, '/flavor-launcher'],
  ]
  return names.flatMap(([path, name]) =>
    [...new Set([path, existsSync(path) ? realpathSync(path) : path])].map(
      from => `--remap-path-prefix=${from}=${name}`,
    ),
  )
}

/** The first errors: warnings stand before them, and what follows from them behind. */
function errorsOf(text: string): string {
  const from = text.search(/^error/m)
  return from < 0 ? lastLines(text) : text.slice(from).trim().split('\n').slice(0, 12).join('\n')
}

function buildError({ platform }: NativeTarget, reason: string, hint?: string): LauncherError {
  const name = platformName(platform)
  const message = `the native launcher for ${name} cannot be built: ${reason}`
  return new LauncherError('LAUNCHER_BUILD', message, { platform: name }, hint === undefined ? {} : { hint })
}
