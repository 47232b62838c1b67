import type { ListingEntry } from '../format/tree-listing.ts'
import type { PackageSlot } from '../package/package-slot.ts'
import { renderDerived } from './derived-file.ts'
import type { TreeParts } from './expected-tree.ts'
import { sharedTree, slotsOf, type WorkenvPlan } from './workenv-plan.ts'

/** workenv §7.2: what an attempt is made of. `listings` holds the entries of each own slot, by index. */
export function attemptParts(
  slots: readonly PackageSlot[],
  plan: WorkenvPlan,
  root: string,
  listings: ReadonlyMap<number, readonly ListingEntry[]>,
): TreeParts {
  return {
    slots: slotsOf(slots, plan, 'own').map(({ index, target, isTree }) => ({
      index,
      target,
      isTree,
      entries: listings.get(index) ?? [],
    })),
    links: slotsOf(slots, plan, 'shared').map(slot => ({ target: slot.target, tree: sharedTree(slot) })),
    derived: plan.derived.map(({ path, template, mode }, at) => ({
      path,
      mode: Number.parseInt(mode, 8),
      content: Buffer.from(renderDerived(template, root, `derived[${at}].template`)),
    })),
    directories: plan.directories,
  }
}

/** workenv §4.4: at or below a directory that the package wants made; what no slot lists there is the program's. */
export function isInOwnDirectory(plan: WorkenvPlan, path: string): boolean {
  return plan.directories.some(directory => path === directory.path || path.startsWith(`${directory.path}/`))
}
