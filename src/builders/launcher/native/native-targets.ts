import { type Platform, platformName } from '../../../format/platform.ts'

/** How the launcher of one platform is compiled. */
export interface NativeTarget {
  readonly platform: Platform
  /** By the name that Rust has for it. */
  readonly triple: string
  /** How the C library is had, for the version of the launcher. */
  readonly flavour: 'musl' | 'gnu' | 'system'
  readonly rustFlags: readonly string[]
  readonly cFlags: readonly string[]
}

/** SHA-2 in a loop for processors without instructions for it: 23 kB less, and a signature costs the same. */
const SMALL_SHA2 = ['--cfg', 'sha2_backend_soft="compact"']
/** The same of AES: 5 kB less, and no slower (117 MB/s). */
const SMALL_AES = ['--cfg', 'aes_backend_soft="compact"']
/** Signatures are checked one at a time: the vector code for them would take 14 kB, and 10 microseconds less. */
const SMALL_ED25519 = ['--cfg', 'curve25519_dalek_backend="serial"']
/** Nothing unwinds; Windows refuses to do without the tables. */
const NO_UNWINDING = ['-Cforce-unwind-tables=no']
/** The same for glibc, which comes compiled: 180 kB. The linker runs in the directory of the crate. */
const NO_GLIBC_UNWINDING = ['-Clink-arg=-Wl,-T,no-unwinding.ld']
const STATIC = ['-Ctarget-feature=+crt-static']
/** At a fixed address, as launchers that ship are: tables to move it would take 56 kB. */
const FIXED = ['-Crelocation-model=static']
/** Static, and no musl but zig's own: Rust's objects for it come compiled, and are not there for a std that is built from source. */
const MUSL = ['-Clink-self-contained=no', ...STATIC, ...NO_UNWINDING]
/** Stripped by the linker, before it signs: afterwards the signature would not be that of the bytes. */
const DARWIN = ['-Clink-arg=-s', ...NO_UNWINDING]
/**
 * Of the C code, which is libzstd, only decoders that are needed: those for windows above 16 MiB and the second of two for literals take
 * 59 of its 126 kB, and without them it decodes 1.6 % slower (1128 to 1110 MB/s). Its errors have codes, and ours have texts.
 */
const SMALL_ZSTD = [
  '-DZSTD_FORCE_DECOMPRESS_SEQUENCES_SHORT=1',
  '-DHUF_FORCE_DECOMPRESS_X1=1',
  '-DZSTD_STRIP_ERROR_STRINGS=1',
]
const NO_C_UNWINDING = ['-fno-asynchronous-unwind-tables', '-fno-unwind-tables']
/** zig has no libssp, which code with stack protectors asks for there. */
const WINDOWS_C = ['-fno-stack-protector']

/** The launchers that ship. Each is compiled by one pinned toolchain on Linux, that of Linux included. */
const TARGETS: readonly NativeTarget[] = [
  target('linux', 'amd64', 'x86_64-unknown-linux-musl', 'musl', MUSL, NO_C_UNWINDING),
  target('linux', 'arm64', 'aarch64-unknown-linux-musl', 'musl', MUSL, NO_C_UNWINDING),
  target('darwin', 'amd64', 'x86_64-apple-darwin', 'system', DARWIN, NO_C_UNWINDING),
  target('darwin', 'arm64', 'aarch64-apple-darwin', 'system', DARWIN, NO_C_UNWINDING),
  target('windows', 'amd64', 'x86_64-pc-windows-gnu', 'system', [], WINDOWS_C),
  target('windows', 'arm64', 'aarch64-pc-windows-gnullvm', 'system', [], WINDOWS_C),
]

function target(
  os: Platform['os'],
  arch: Platform['arch'],
  triple: string,
  flavour: NativeTarget['flavour'],
  rustFlags: readonly string[],
  cFlags: readonly string[],
): NativeTarget {
  return {
    platform: { os, arch },
    triple,
    flavour,
    rustFlags: [...SMALL_ED25519, ...SMALL_SHA2, ...SMALL_AES, ...rustFlags],
    cFlags: [...SMALL_ZSTD, ...cFlags],
  }
}

/** Every platform that has a native launcher. */
export function nativePlatforms(): Platform[] {
  return TARGETS.map(({ platform }) => platform)
}

/** The target of the launcher that ships for a platform. */
export function shippedTarget(platform: Platform): NativeTarget | undefined {
  return TARGETS.find(candidate => platformName(candidate.platform) === platformName(platform))
}

/**
 * The quick launcher of the machine that compiles it: its own toolchain and C library, linked statically where that is glibc, so that it
 * runs on older machines too.
 */
export function hostTarget(platform: Platform, triple: string): NativeTarget {
  if (triple.endsWith('-linux-gnu')) {
    const flags = [...STATIC, ...FIXED, ...NO_UNWINDING, ...NO_GLIBC_UNWINDING]
    return target(platform.os, platform.arch, triple, 'gnu', flags, NO_C_UNWINDING)
  }
  return target(platform.os, platform.arch, triple, 'system', triple.endsWith('-musl') ? STATIC : [], [])
}

/** Name of the program that cargo makes. */
export function programName({ os }: Platform): string {
  return os === 'windows' ? 'flavor-launcher.exe' : 'flavor-launcher'
}
