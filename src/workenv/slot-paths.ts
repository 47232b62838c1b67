import { basename, join } from 'node:path'
import type { PackageSlot } from '../package/package-slot.ts'
import type { AttemptLayout } from './cache-layout.ts'

/** workenv §9: the directory itself for a tree, else the file in it. */
export function slotPathIn(directory: string, slot: PackageSlot): string {
  return slot.isTree ? directory : join(directory, basename(slot.target))
}

/**
 * The place of each slot, by index (spec §5.5, `{slot:N}`). Slots beside the tree are in `directories`; where they have none yet,
 * as during setup, and for slots that have no place at all, it is where their target would be.
 */
export function slotPaths(
  slots: readonly PackageSlot[],
  attempt: AttemptLayout,
  directories: ReadonlyMap<number, string>,
): string[] {
  return slots.map(slot => {
    const directory = directories.get(slot.index)
    if (directory !== undefined) return slotPathIn(directory, slot)
    return slot.target === '' ? attempt.root : join(attempt.root, slot.target)
  })
}
