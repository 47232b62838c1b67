import type { Metadata, PackagePlatform } from '../format/metadata.ts'
import type { Platform } from '../format/platform.ts'
import { loadLibc } from '../workenv/libc.ts'
import { LaunchError } from './launch-error.ts'

/** What a package can run on: this machine. */
export interface Machine extends Platform {
  /** Absent where it is neither of the two, or no Linux. */
  readonly libc?: { readonly name: 'glibc' | 'musl'; readonly version?: string }
}

/**
 * Spec §8.1: says plainly that a package does not fit the machine, before a loader says it in its own words.
 * @throws LaunchError PLATFORM_WRONG, LIBC_TOO_OLD
 */
export function checkPlatform({ package: { name }, platforms }: Metadata, machine: Machine): void {
  if (platforms === undefined || platforms.length === 0) return
  const same = platforms.filter(({ os, arch }) => os === machine.os && arch === machine.arch)
  if (same.length === 0) {
    const got = `${machine.os} ${machine.arch}`
    const want = platforms.map(({ os, arch }) => `${os} ${arch}`).join(' or ')
    const message = `${name} runs on ${want}, and this is ${got} (spec §8.1)`
    throw new LaunchError('PLATFORM_WRONG', message, { got, want }, { hint: 'get the package for this platform' })
  }
  if (same.some(platform => hasLibc(platform, machine))) return
  const want = same.map(({ libc, libc_version }) => [libc, libc_version].filter(Boolean).join(' ')).join(' or ')
  const got = [machine.libc?.name, machine.libc?.version].filter(Boolean).join(' ') || 'neither glibc nor musl'
  const message = `${name} needs ${want} or newer, and this system has ${got} (spec §8.1)`
  const hint = 'run it on a newer system, or pack it on one as old as this'
  throw new LaunchError('LIBC_TOO_OLD', message, { got, want }, { hint })
}

function hasLibc({ libc, libc_version }: PackagePlatform, machine: Machine): boolean {
  if (libc === undefined) return true
  if (machine.libc === undefined || machine.libc.name !== libc) return false
  if (libc_version === undefined || machine.libc.version === undefined) return true
  return compareVersions(machine.libc.version, libc_version) >= 0
}

/** By numbers: 2.9 is older than 2.36. */
export function compareVersions(a: string, b: string): number {
  const [one, two] = [a, b].map(text => text.split('.').map(Number))
  for (const [at, part] of (two ?? []).entries()) {
    const difference = (one?.[at] ?? 0) - part
    if (difference !== 0) return difference
  }
  return 0
}

/** The C library that this process runs on, asked in the cheapest way there is (the report takes a millisecond). */
export function machineLibc(): Machine['libc'] {
  if (process.platform !== 'linux') return undefined
  const version = loadLibc()?.glibcVersion() ?? reportedGlibc()
  // Node is linked against one of the two.
  return version === undefined ? { name: 'musl' } : { name: 'glibc', version }
}

function reportedGlibc(): string | undefined {
  const report: unknown = process.report.getReport()
  const header: unknown = Reflect.get(Object(report), 'header')
  const version: unknown = Reflect.get(Object(header), 'glibcVersionRuntime')
  return typeof version === 'string' ? version : undefined
}
