import { basename, join } from 'node:path'
import type { PackageSlot } from '../package/package-slot.ts'
import { writableBase } from './cache-base.ts'
import { CacheLayout } from './cache-layout.ts'
import { isOwnDirectory } from './find-workenv.ts'
import type { Machine } from './machine.ts'
import type { Workenv } from './workenv.ts'
import { WorkenvError } from './workenv-error.ts'
import { sharedTree, slotsOf, type WorkenvPlan } from './workenv-plan.ts'

/** workenv §9.3: where the lazy slots lie in a base, filled or not: by index. */
export function lazyDirectories(
  slots: readonly PackageSlot[],
  plan: WorkenvPlan,
  layout: CacheLayout,
): Map<number, string> {
  return new Map(slotsOf(slots, plan, 'lazy').map(slot => [slot.index, layout.shared(sharedTree(slot)).tree]))
}

/**
 * workenv §9.3: tells the program where its lazy slots are or will be. What an administrator has not filled in a base that is only read
 * goes into the first base of the user's own.
 */
export function placeLazySlots(
  workenv: Workenv,
  slots: readonly PackageSlot[],
  plan: WorkenvPlan,
  machine: Machine,
): void {
  const { base } = workenv
  for (const [index, directory] of lazyDirectories(slots, plan, new CacheLayout(base.path))) {
    if (!base.isReadOnly || isOwnDirectory(directory, base)) workenv.place(index, directory)
    else workenv.place(index, ownPlace(machine, directory))
  }
}

/** Where there is none, the launch goes on: only asking for the slot fails, with all the reasons. */
function ownPlace(machine: Machine, directory: string): string {
  try {
    const tree = basename(join(directory, '..'))
    return new CacheLayout(writableBase(machine).path).shared(tree).tree
  } catch (error) {
    if (!(error instanceof WorkenvError)) throw error
    return directory
  }
}
