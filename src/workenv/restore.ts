import { closeSync, openSync } from 'node:fs'
import { sha256Hex } from '../crypto/sha256.ts'
import { type ListingEntry, parseListing } from '../format/tree-listing.ts'
import { checkSlotContent } from '../package/extract.ts'
import type { PackageSlot } from '../package/package-slot.ts'
import { attemptParts, isInOwnDirectory } from './attempt-parts.ts'
import { makeCacheDirectories } from './cache-directories.ts'
import { type ExpectedTree, expectedAfterSetup, expectedTree } from './expected-tree.ts'
import { markUse, type Published, type Suspicion } from './find-workenv.ts'
import { healOwn } from './own-heal.ts'
import { findHolding, sealAgain } from './publish-seal.ts'
import { readCacheFile } from './read-cache-file.ts'
import { asRungFailure, RungFailure } from './rung-failure.ts'
import type { SealedSlot } from './seal.ts'
import { checkShared, healUnderLock, logMadeAnew, markChecked, stillDamaged } from './shared-heal.ts'
import { ensureShared } from './shared-slot.ts'
import { isChecked } from './shared-state.ts'
import { checkTree, type Damage, entries, type TreeCheckOptions } from './tree-check.ts'
import { underLock } from './wait-for-lock.ts'
import { sharedTree, slotsOf } from './workenv-plan.ts'
import type { SiteRequest } from './workenv-request.ts'

const WAIT_SECONDS = 60

/**
 * workenv §7.2 to §7.6: checks a published work environment that is under suspicion, heals what the package can heal, and seals it
 * again. Undefined where only a new attempt helps.
 * @throws RungFailure where the base cannot be written to; WorkenvError TREE_DAMAGED; PackageError, CodecError
 */
export async function restore(
  request: SiteRequest,
  published: Published,
  suspicion: Suspicion,
): Promise<Published | undefined> {
  const { site, plan, log } = request
  if (!site.base.isReadOnly) makeCacheDirectories(site)
  const shared = await restoreShared(request, suspicion)
  const listed = await readListings(request, published)
  if (listed === undefined) return undefined
  const damage = checkOwn(request, published, listed.expected, suspicion)
  const isSound = damage.length === 0 && listed.lost.length === 0
  const isSealed = suspicion !== 'executable' && suspicion !== 'start'
  if (isSound && shared === 'same' && isSealed) {
    if (suspicion === 'boot') settle(published)
    markUse(site)
    return published
  }
  if (isSound) return sealIfPossible(request, published)
  if (site.base.isReadOnly) {
    throw new RungFailure(`what is published there is damaged (${damage[0]?.path ?? 'listing'})`)
  }
  log('debug', `${plan.name}: ${published.attempt.directory} needs care (${suspicion})`)
  const look = () => undefined
  return underLock(site.layout.keyLock(site.key), { limitSeconds: WAIT_SECONDS, look }, async () => {
    const rest = checkOwn(request, published, listed.expected, suspicion)
    if (rest.some(one => one.expected?.origin === 'setup')) return undefined
    if (rest.length > 0 || listed.lost.length > 0) {
      await healOwn(request, published.attempt, rest, listed.lost)
      const again = checkOwn(request, published, listed.expected, suspicion)
      if (again.length > 0) throw stillDamaged(published.attempt.root, again)
      log('info', `${plan.name}: healed ${entries(rest.length + listed.lost.length)} in ${published.attempt.root}`)
    }
    return seal(request, published)
  })
}

/** workenv §7.5: whole, but with other times than were sealed; where that cannot be written down, it is checked again next time. */
async function sealIfPossible(request: SiteRequest, published: Published): Promise<Published> {
  const { layout, base, key } = request.site
  if (base.isReadOnly) return published
  try {
    const options = { limitSeconds: WAIT_SECONDS, look: () => undefined }
    return await underLock<Published>(layout.keyLock(key), options, () => seal(request, published))
  } catch (error) {
    if (asRungFailure(error) === undefined) throw error
    return published
  }
}

/** workenv §7.6, the end. The caller holds the lock of the key. */
async function seal(request: SiteRequest, published: Published): Promise<Published> {
  const { pkg, plan } = request
  // Another run may have published anew while this one waited; its seal is not to be undone.
  const current = findHolding(request)
  if (current !== undefined && current.seal.attempt !== published.seal.attempt) return current
  const links: SealedSlot[] = []
  for (const slot of slotsOf(pkg.slots, plan, 'shared')) links.push(await ensureShared(request, slot, undefined))
  const own = published.seal.slots.filter(slot => slot.kind === 'own')
  return sealAgain(request, published.attempt, { slots: [...own, ...links], setup: published.seal.setup })
}

/** workenv §7.2, the shared slots. `changed`: their listings are not those that were sealed. */
async function restoreShared(request: SiteRequest, suspicion: Suspicion): Promise<'same' | 'changed'> {
  const { pkg, plan, site, machine } = request
  let isChanged = suspicion === 'shared'
  for (const slot of slotsOf(pkg.slots, plan, 'shared')) {
    const shared = site.layout.shared(sharedTree(slot))
    if (suspicion === 'boot' && isChecked(shared, machine.platform)) continue
    const options = { hash: suspicion !== 'idle', extras: suspicion === 'strict' }
    const damage = checkShared(request, slot, options)
    if (damage?.length === 0) {
      if (suspicion === 'boot') markIfPossible(request, slot)
      continue
    }
    if (site.base.isReadOnly) throw new RungFailure(`the shared slot ${slot.id} there is damaged`)
    if (damage === undefined) {
      await ensureShared(request, slot, undefined)
      logMadeAnew(request, slot)
    } else await healUnderLock(request, slot, options)
    isChanged = true
  }
  return isChanged ? 'changed' : 'same'
}

/** workenv §7.3: a mark that cannot be written is no error. */
function markIfPossible(request: SiteRequest, slot: PackageSlot): void {
  if (request.site.base.isReadOnly) return
  try {
    markChecked(request, slot)
  } catch (error) {
    if (asRungFailure(error) === undefined) throw error
  }
}

/** What belongs below `root`. */
export interface Listed {
  readonly expected: ExpectedTree
  /** Slots whose listing is damaged, with the bytes that it must have. */
  readonly lost: readonly { readonly index: number; readonly listing: Uint8Array }[]
}

/** workenv §4.7: listings whose hash is the sealed one; a damaged one is taken from the package again. */
export async function readListings(request: SiteRequest, { seal, attempt }: Published): Promise<Listed | undefined> {
  const { pkg, plan, level } = request
  const listings = new Map<number, readonly ListingEntry[]>()
  const lost: { index: number; listing: Uint8Array }[] = []
  for (const sealed of seal.slots) {
    const slot = pkg.slots[sealed.index]
    if (sealed.kind !== 'own' || slot === undefined) continue
    const isUnsigned = slot.metadata.tree === undefined && level === 'strict'
    let listing = isUnsigned ? undefined : readListing(attempt.listing(slot.index), sealed.tree)
    if (listing === undefined) {
      const content = await checkSlotContent(pkg, slot)
      if (content.tree !== sealed.tree) return undefined
      listing = content.listing
      if (readListing(attempt.listing(slot.index), sealed.tree) === undefined) lost.push({ index: slot.index, listing })
    }
    listings.set(slot.index, parseListing(listing))
  }
  const parts = attemptParts(pkg.slots, plan, attempt.root, listings)
  if (seal.setup === undefined) return plan.hasSetup ? undefined : { expected: expectedTree(parts), lost }
  const setup = readListing(attempt.listing('setup'), seal.setup)
  return setup === undefined ? undefined : { expected: expectedAfterSetup(parseListing(setup), parts), lost }
}

function readListing(path: string, sha256: string): Uint8Array | undefined {
  try {
    const bytes = readCacheFile(path)
    return sha256Hex(bytes) === sha256 ? bytes : undefined
  } catch {
    return undefined
  }
}

/** workenv §7.2, what is below `root`. */
export function checkOwn(
  { plan, machine }: SiteRequest,
  { attempt }: Published,
  expected: ExpectedTree,
  suspicion: Suspicion,
): Damage[] {
  const options: TreeCheckOptions = {
    hash: suspicion !== 'idle',
    hasModes: machine.platform !== 'win32',
    extras: suspicion === 'strict' ? { isPrograms: path => isInOwnDirectory(plan, path) } : undefined,
  }
  return checkTree(attempt.root, expected, options)
}

/** workenv §7.3: a mark that cannot be written is no error. */
function settle({ attempt }: Published): void {
  try {
    closeSync(openSync(attempt.settled, 'a', 0o600))
  } catch {
    // Checked again in this boot, which only takes time.
  }
}
