import { lstatSync, utimesSync } from 'node:fs'
import type { PackageFile } from '../package/package-file.ts'
import type { PackageSlot } from '../package/package-slot.ts'
import type { Base } from './base-directory.ts'
import { writableBase } from './cache-base.ts'
import { makeCacheDirectories } from './cache-directories.ts'
import { CacheLayout, type SharedLayout } from './cache-layout.ts'
import type { Site } from './find-workenv.ts'
import { checkSpace } from './free-space.ts'
import { asRungFailure } from './rung-failure.ts'
import { checkShared, healUnderLock, logMadeAnew, type SlotCheckOptions } from './shared-heal.ts'
import { ensureShared } from './shared-slot.ts'
import { isChecked, isUsable } from './shared-state.ts'
import { slotPathIn } from './slot-paths.ts'
import { unpackProgress } from './unpack-progress.ts'
import type { Workenv } from './workenv.ts'
import { WorkenvError } from './workenv-error.ts'
import { sharedTree, slotsOf } from './workenv-plan.ts'
import type { SiteRequest, WorkenvRequest } from './workenv-request.ts'

/**
 * The lazy slot of this id.
 * @throws WorkenvError SLOT_NOT_LAZY
 */
export function lazySlot({ pkg, plan }: Pick<WorkenvRequest, 'pkg' | 'plan'>, id: string): PackageSlot {
  const lazy = slotsOf(pkg.slots, plan, 'lazy')
  const slot = lazy.find(candidate => candidate.id === id)
  if (slot !== undefined) return slot
  const want = lazy.length === 0 ? noLazySlots(pkg) : lazy.map(candidate => candidate.id).join(', ')
  const message = `${JSON.stringify(id)} is no lazy slot, expected one of ${want} (workenv §9.3)`
  throw new WorkenvError('SLOT_NOT_LAZY', message, { got: id, want })
}

/** What a program inherited from the launcher that became it (spec §7.4). */
export interface AskingProgram {
  /** FLAVOR_PACKAGE_FILE. */
  readonly packageFile: string | undefined
  /** FLAVOR_SLOT_<ID> of the slot that it asks for. */
  readonly place: string | undefined
}

/**
 * workenv §9.3: a file that was replaced while its program runs would give it a slot of another version.
 * @throws WorkenvError PACKAGE_REPLACED
 */
export function checkSamePackage(path: string, slot: PackageSlot, { packageFile, place }: AskingProgram): void {
  if (packageFile !== path || place === undefined || place.includes(sharedTree(slot))) return
  const message = `${path}: its slot ${slot.id} is another one than that of the program which asks, expected ${place} (workenv §9.3)`
  const hint = 'the package was replaced since the program was started: start it again'
  throw new WorkenvError('PACKAGE_REPLACED', message, { file: path, slot: slot.id, want: place }, { hint })
}

function noLazySlots({ slots }: PackageFile): string {
  const isLazy = slots.some(({ lifecycle, isOrigin }) => lifecycle === 'lazy' && !isOrigin)
  return isLazy ? 'none: the package has none for this machine' : 'none: the package has no lazy slots'
}

/**
 * workenv §9.3: unpacks a lazy slot where it is not there, checks and heals it where it is, and returns its place.
 * @throws WorkenvError CACHE_UNUSABLE, CACHE_FULL, TREE_DAMAGED; PackageError, CodecError
 */
export async function materialiseSlot(request: WorkenvRequest, workenv: Workenv, slot: PackageSlot): Promise<string> {
  const { base } = workenv
  if (base.isReadOnly && holdsWhole(at(request, base, workenv.key), slot, workenv)) return placeIn(base, slot)
  const own = base.isReadOnly ? writableBase(request.machine) : base
  try {
    await fill(at(request, own, workenv.key), slot)
    return placeIn(own, slot)
  } catch (error) {
    const failure = asRungFailure(error)
    if (failure === undefined) throw error
    const message = `${own.path}: cannot hold the slot ${slot.id}: ${failure.reason} (workenv §9.3)`
    const hint = 'set FLAVOR_CACHE to a directory of yours that has space and can be written to'
    throw new WorkenvError(failure.isForSpace ? 'CACHE_FULL' : 'CACHE_UNUSABLE', message, {}, { hint, cause: failure })
  }
}

function at(request: WorkenvRequest, base: Base, key: string): SiteRequest {
  const site: Site = { base, layout: new CacheLayout(base.path), key }
  return { ...request, site }
}

function placeIn(base: Base, slot: PackageSlot): string {
  return slotPathIn(new CacheLayout(base.path).shared(sharedTree(slot)).tree, slot)
}

/** What an administrator filled. It cannot be healed here, so that a damaged one is passed over. */
function holdsWhole(request: SiteRequest, slot: PackageSlot, { attempt }: Workenv): boolean {
  const { site, machine, level } = request
  const shared = site.layout.shared(sharedTree(slot))
  if (!isUsable(site, shared, sharedTree(slot))) return false
  const isOnDisk = isChecked(shared, machine.platform) || lstatSync(attempt.settled, { throwIfNoEntry: false })
  const damage = checkShared(request, slot, { hash: level === 'strict' || !isOnDisk, extras: level === 'strict' })
  return damage?.length === 0
}

async function fill(request: SiteRequest, slot: PackageSlot): Promise<void> {
  const { site, level } = request
  const shared = site.layout.shared(sharedTree(slot))
  makeCacheDirectories(site)
  const isThere = lstatSync(shared.directory, { throwIfNoEntry: false }) !== undefined
  const isHere = isUsable(site, shared, sharedTree(slot))
  if (!isHere) checkSpace(site.base.path, [slot])
  await ensureShared(request, slot, unpackProgress(request.onProgress, [slot]))
  if (isThere && !isHere) logMadeAnew(request, slot)
  await healLazySlot(request, slot, { hash: level === 'strict', extras: level === 'strict' })
  markUse(shared)
}

/** workenv §7.6: of one that is there, with a listing that is right. */
async function healLazySlot(request: SiteRequest, slot: PackageSlot, check: SlotCheckOptions): Promise<void> {
  if (checkShared(request, slot, check)?.length !== 0) await healUnderLock(request, slot, check)
}

/**
 * workenv §7.6: puts right the lazy slots that are there. Marks no use, and makes none that no program has asked for.
 * @throws RungFailure; WorkenvError TREE_DAMAGED; PackageError, CodecError
 */
export async function repairLazySlots(request: SiteRequest, extras: boolean): Promise<void> {
  const { pkg, plan, site } = request
  for (const slot of slotsOf(pkg.slots, plan, 'lazy')) {
    const { directory } = site.layout.shared(sharedTree(slot))
    if (lstatSync(directory, { throwIfNoEntry: false }) === undefined) continue
    await ensureShared(request, slot, undefined)
    await healLazySlot(request, slot, { hash: true, extras })
  }
}

/** workenv §10.3: a slot that no work environment beside it names is kept for a day after it was asked for. */
function markUse({ checked }: SharedLayout): void {
  try {
    const now = Date.now() / 1000
    utimesSync(checked, now, now)
  } catch {
    // Then it counts from when it was made.
  }
}
