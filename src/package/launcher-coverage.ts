import { Sha256 } from '../crypto/sha256.ts'
import type { Layout } from '../format/layout.ts'
import { checksumHex, isOwnPackage, type Metadata } from '../format/metadata.ts'
import { chunkMemory, readRange } from './file-reading.ts'
import { PackageError } from './package-error.ts'
import type { PackageFile } from './package-file.ts'

/**
 * Spec §9.2: our own packages state size and checksum of their launcher; a foreign one that states neither has a launcher that
 * nobody signed, and every report says so.
 */
export function isLauncherCovered(metadata: Metadata): boolean {
  return metadata.launcher?.checksum !== undefined
}

/**
 * Spec §9.2: the length alone, which costs nothing.
 * @throws PackageError LAUNCHER_SIZE
 */
export function checkLauncherSize(path: string, metadata: Metadata, layout: Layout): void {
  const stated = metadata.launcher?.size
  const found = layout.launcher.end - layout.launcher.start
  const needed = isOwnPackage(metadata)
  if (stated === found || (stated === undefined && !needed)) {
    if (!needed || isLauncherCovered(metadata)) return
    const message = `${path}: metadata states no launcher.checksum, expected the SHA-256 of the launcher (spec §9.2)`
    throw new PackageError('LAUNCHER_SIZE', message, { file: path, field: 'launcher.checksum', got: 'absent' })
  }
  const message = `${path}: the launcher has ${found} bytes, expected ${stated ?? 'launcher.size in the metadata'} (spec §9.2)`
  throw new PackageError('LAUNCHER_SIZE', message, {
    file: path,
    field: 'launcher.size',
    got: `${found}`,
    want: `${stated}`,
  })
}

/**
 * Spec §9.2: hashes the launcher and compares.
 * @returns false where the package states no checksum
 * @throws PackageError LAUNCHER_CHECKSUM
 */
export function checkLauncher(pkg: PackageFile, onBytes?: (count: number) => void): boolean {
  const checksum = pkg.metadata.launcher?.checksum
  if (checksum === undefined) return false
  const hash = new Sha256()
  const { start, end } = pkg.layout.launcher
  for (const bytes of readRange(pkg.fd, pkg.path, start, end, chunkMemory())) {
    hash.update(bytes)
    onBytes?.(bytes.length)
  }
  const got = hash.digestHex()
  const want = checksumHex(checksum)
  if (got === want) return true
  const message = `${pkg.path}: the launcher has SHA-256 ${got}, expected ${want} (spec §9.2)`
  const hint = 'the first part of the file was changed after it was signed: do not run it, fetch it again'
  throw new PackageError('LAUNCHER_CHECKSUM', message, { file: pkg.path, field: 'launcher', got, want }, { hint })
}
