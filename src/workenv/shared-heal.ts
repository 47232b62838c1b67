import { join } from 'node:path'
import { basename } from 'node:path/posix'
import { parseListing } from '../format/tree-listing.ts'
import { extractSlot } from '../package/extract.ts'
import type { PackageSlot } from '../package/package-slot.ts'
import { bootId } from './boot-id.ts'
import type { SharedLayout } from './cache-layout.ts'
import { expectedSlot } from './expected-tree.ts'
import { putRight } from './put-right.ts'
import { readSharedListing } from './shared-state.ts'
import { Staging } from './staging.ts'
import { checkTree, type Damage, entries } from './tree-check.ts'
import { underLock } from './wait-for-lock.ts'
import { WorkenvError } from './workenv-error.ts'
import { sharedTree } from './workenv-plan.ts'
import type { SiteRequest } from './workenv-request.ts'
import { makeDirectory, writeNewFile } from './write-file.ts'

const WAIT_SECONDS = 60

export interface SlotCheckOptions {
  readonly hash: boolean
  /** Entries that nobody expects are damage too. */
  readonly extras: boolean
}

/** workenv §7.2, for a shared slot; undefined where its listing is lost, so that nothing can be compared. */
export function checkShared(request: SiteRequest, slot: PackageSlot, options: SlotCheckOptions): Damage[] | undefined {
  const tree = sharedTree(slot)
  const shared = request.site.layout.shared(tree)
  const listing = readSharedListing(shared, tree)
  if (listing === undefined) return undefined
  return checkTree(shared.tree, expectedSlot(slot.index, parseListing(listing)), {
    hash: options.hash,
    hasModes: request.machine.platform !== 'win32',
    extras: options.extras ? { isPrograms: () => false } : undefined,
  })
}

/**
 * workenv §7.6, for a shared slot whose listing is right and whose lock the caller holds. Marks it as whole in this boot.
 * @throws WorkenvError TREE_DAMAGED
 */
export async function healShared(request: SiteRequest, slot: PackageSlot, options: SlotCheckOptions): Promise<void> {
  const { site, log, plan } = request
  const shared = site.layout.shared(sharedTree(slot))
  const damage = checkShared(request, slot, options) ?? []
  if (damage.length > 0) {
    const staging = Staging.open(site.layout, site.base)
    try {
      await repair(request, slot, shared, damage, staging)
    } finally {
      staging.remove()
    }
    const rest = checkShared(request, slot, options) ?? []
    if (rest.length > 0) throw stillDamaged(shared.tree, rest)
    log('info', `${plan.name}: healed ${entries(damage.length)} of the shared slot ${slot.id} in ${shared.tree}`)
  }
  if (options.hash) markChecked(request, slot)
}

/** The same for a caller without the lock. */
export function healUnderLock(request: SiteRequest, slot: PackageSlot, options: SlotCheckOptions): Promise<void> {
  const { lock } = request.site.layout.shared(sharedTree(slot))
  const look = () => undefined
  return underLock<void>(lock, { limitSeconds: WAIT_SECONDS, look }, () => healShared(request, slot, options))
}

/** Below `tree`: of a lazy single file its name, of all others nothing. */
export function targetInShared(slot: PackageSlot): string {
  return slot.isTree ? '' : basename(slot.target)
}

async function repair(
  { pkg, site }: SiteRequest,
  slot: PackageSlot,
  shared: SharedLayout,
  damage: readonly Damage[],
  staging: Staging,
): Promise<void> {
  const copy = join(staging.path, 'slot')
  makeDirectory(copy, 0o700)
  const unpacked = await extractSlot(pkg, slot, copy, { target: targetInShared(slot), readOnly: true })
  putRight({
    root: shared.tree,
    damage,
    staging,
    copyOf: entry => join(copy, entry.path),
    last: undefined,
  })
  // A new listing has a new mtime: every work environment that links here then checks once (workenv §7.6).
  const listing = join(staging.path, 'listing')
  writeNewFile(listing, unpacked.listing, site.base.fileMode)
  staging.putInPlace(listing, shared.listing)
}

/** workenv §7.3: found whole in this boot. */
export function markChecked({ site, machine }: SiteRequest, slot: PackageSlot): void {
  const staging = Staging.open(site.layout, site.base)
  try {
    const mark = join(staging.path, 'checked')
    writeNewFile(mark, `${bootId(machine.platform) ?? '-'}\n`, site.base.fileMode)
    staging.putInPlace(mark, site.layout.shared(sharedTree(slot)).checked)
  } finally {
    staging.remove()
  }
}

/** workenv §7.6: one line at level `info`, as for what was healed entry by entry. */
export function logMadeAnew({ plan, site, log }: SiteRequest, slot: PackageSlot): void {
  const { tree } = site.layout.shared(sharedTree(slot))
  log('info', `${plan.name}: made the shared slot ${slot.id} anew in ${tree}`)
}

export function stillDamaged(root: string, damage: readonly Damage[]): WorkenvError {
  const { path = '', kind = 'content' } = damage[0] ?? {}
  const message = `${root}: ${entries(damage.length)} damaged again after healing, the first ${JSON.stringify(path)} (${kind}), expected what was signed (workenv §7.6)`
  const hint = 'another program changes the cache, or its device fails; FLAVOR_CACHE names another place'
  return new WorkenvError('TREE_DAMAGED', message, { file: `${root}/${path}`, got: kind }, { hint })
}
