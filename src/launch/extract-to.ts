import { existsSync, mkdtempSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { ensureDirectory } from '../files/ensure-directory.ts'
import { type ExtractedSlot, extractSlot } from '../package/extract.ts'
import type { PackageFile } from '../package/package-file.ts'
import type { PackageSlot } from '../package/package-slot.ts'
import { LaunchError } from './launch-error.ts'

/**
 * Spec §8.4: unpacks one slot to `<directory>/<NN>_<id>` for a tree, or to a file of the slot's own name there. It appears whole,
 * and never over something that is there.
 * @throws LaunchError LAUNCHER_CLI_USAGE, and what `extractSlot` throws
 */
export async function extractTo(
  pkg: PackageFile,
  slot: PackageSlot,
  directory: string,
): Promise<ExtractedSlot & { readonly path: string }> {
  const name = slot.isTree
    ? `${slot.index}_${slot.id.replace(/[^A-Za-z0-9._-]/g, '_')}`
    : basename(slot.target) || 'self'
  const path = join(directory, name)
  if (existsSync(path))
    throw new LaunchError('LAUNCHER_CLI_USAGE', `${path}: is there already (spec §8.4)`, { file: path })
  const missing = missingDirectories(resolve(directory))
  ensureDirectory(directory)
  const staging = mkdtempSync(join(directory, '.extract-'))
  try {
    const extracted = await extractSlot(pkg, slot, staging, { target: name })
    renameSync(join(staging, name), path)
    return { ...extracted, path }
  } finally {
    rmSync(staging, { recursive: true, force: true })
    dropEmpty(missing)
  }
}

/** What has to be made for a directory, the deepest first. */
function missingDirectories(directory: string): string[] {
  return existsSync(directory) ? [] : [directory, ...missingDirectories(dirname(directory))]
}

/** A failure leaves nothing; what something lies in stays. */
function dropEmpty(directories: readonly string[]): void {
  try {
    for (const directory of directories) rmdirSync(directory)
  } catch {
    // It holds what was unpacked, or what somebody else put there.
  }
}
