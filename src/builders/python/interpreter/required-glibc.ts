import type { ElfFile } from './elf-file.ts'
import { elfFiles } from './elf-walk.ts'

/** Versions that name a feature of the loader instead of a release, and the release that brought each. */
const FEATURES: Readonly<Record<string, string>> = {
  GLIBC_ABI_DT_RELR: '2.36',
  GLIBC_ABI_GNU_TLS: '2.42',
  GLIBC_ABI_GNU2_TLS: '2.42',
  GLIBC_ABI_DT_X86_64_PLT: '2.42',
}

/**
 * The oldest glibc on which every ELF file below `directory` loads, such as `2.34`; undefined where none needs glibc.
 * @throws InterpreterError INTERPRETER_ELF
 */
export function requiredGlibc(directory: string): string | undefined {
  return highestGlibc(elfFiles(directory).map(found => found.elf))
}

export function highestGlibc(files: readonly ElfFile[]): string | undefined {
  const versions = files.flatMap(file => file.versions).flatMap(name => glibcRelease(name) ?? [])
  return versions.reduce<string | undefined>(
    (highest, version) => (highest === undefined || compareReleases(version, highest) > 0 ? version : highest),
    undefined,
  )
}

function glibcRelease(version: string): string | undefined {
  return FEATURES[version] ?? /^GLIBC_(\d+(?:\.\d+)+)$/.exec(version)?.[1]
}

/** Orders releases such as `2.9` and `2.34` by their numbers. */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [a, b].map(release => release.split('.').map(Number))
  for (let position = 0; position < Math.max(left?.length ?? 0, right?.length ?? 0); position++) {
    const difference = (left?.[position] ?? 0) - (right?.[position] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
