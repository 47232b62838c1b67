import { statfsSync } from 'node:fs'
import type { PackageSlot } from '../package/package-slot.ts'
import { RungFailure } from './rung-failure.ts'

/**
 * workenv §1.3: compares what was signed with what is free, before anything is written.
 * @throws RungFailure
 */
export function checkSpace(directory: string, slots: readonly PackageSlot[]): void {
  const bytes = slots.reduce((sum, slot) => sum + unpackedBytes(slot), 0)
  const files = slots.reduce((sum, slot) => sum + (slot.metadata.files ?? 1), 0)
  const status = statfsSync(directory)
  const free = status.bavail * status.bsize
  if (bytes > free) {
    throw new RungFailure(`${megabytes(bytes)} are needed and ${megabytes(free)} are free`, true)
  }
  // File systems that make inodes as they need them count none.
  if (status.files > 0 && files > status.ffree) {
    throw new RungFailure(`${files} files are needed and ${status.ffree} are free`, true)
  }
}

function unpackedBytes(slot: PackageSlot): number {
  return slot.metadata.bytes ?? Number(slot.descriptor.originalSize)
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
