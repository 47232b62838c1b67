import { lstatSync } from 'node:fs'
import type { PackageSlot } from '../package/package-slot.ts'
import type { OnBytes } from '../package/slot-stream.ts'
import { type BuiltAttempt, buildAttempt } from './attempt-builder.ts'
import { makeCacheDirectories } from './cache-directories.ts'
import type { AttemptLayout } from './cache-layout.ts'
import { type Published, sharedStamp } from './find-workenv.ts'
import { checkSpace } from './free-space.ts'
import { removeLeftovers } from './leftovers.ts'
import { mayExecute } from './may-execute.ts'
import { claimLock, makeLockFile, type OsLock, releaseAndRemove } from './os-lock.ts'
import { findHolding, publishSeal, sealAgain, sealOf } from './publish-seal.ts'
import { removeShared } from './remove-shared.ts'
import { removeTree } from './remove-tree.ts'
import { asRungFailure, RungFailure } from './rung-failure.ts'
import type { SealedSlot } from './seal.ts'
import { ensureShared } from './shared-slot.ts'
import { isUsable } from './shared-state.ts'
import { unpackProgress } from './unpack-progress.ts'
import { underLock } from './wait-for-lock.ts'
import { sharedTree, slotsOf } from './workenv-plan.ts'
import type { SiteRequest } from './workenv-request.ts'

const WAIT_SECONDS = 60
const WAIT_FOR_SETUP_SECONDS = 600
/** How often a cleaning that takes shared slots away is answered before it is an error. */
const SHARED_TURNS = 3

export interface PublishResult {
  readonly published: Published
  /** Unpacked by this run. */
  readonly isFresh: boolean
}

/**
 * workenv §6: unpacks and publishes, or takes what another run published meanwhile. Leaves nothing behind when it throws.
 * @throws RungFailure and errors of the system that say the same; PackageError, CodecError; SetupStopped; WorkenvError
 */
export async function publish(request: SiteRequest): Promise<PublishResult> {
  const { site, plan, log } = request
  const { layout, key } = site
  makeCacheDirectories(site)
  checkExecutable(layout.keyLock(key))
  const look = () => {
    const published = findHolding(request)
    return published === undefined ? undefined : { published, isFresh: false }
  }
  const limitSeconds = plan.hasSetup ? WAIT_FOR_SETUP_SECONDS : WAIT_SECONDS
  const onWait = () => log('info', `${plan.name}: another process is unpacking it, waiting`)
  return underLock(layout.keyLock(key), { limitSeconds, look, onWait }, async () => {
    removeLeftovers(layout, request.machine)
    const published = await makeAttempt(request)
    removeLeftovers(layout, request.machine)
    return published
  })
}

/** workenv §1.3: a lock file is executable, so that it tells of a mount that runs no programs. */
export function checkExecutable(lockFile: string): void {
  makeLockFile(lockFile)
  if (!mayExecute(lockFile)) throw new RungFailure('it is on a file system that runs no programs (noexec)')
}

async function makeAttempt(request: SiteRequest): Promise<PublishResult> {
  const { pkg, plan, site } = request
  const shared = slotsOf(pkg.slots, plan, 'shared')
  const missing = shared.filter(slot => !isUsable(site, site.layout.shared(sharedTree(slot)), sharedTree(slot)))
  const unpacked = [...slotsOf(pkg.slots, plan, 'own', 'init'), ...missing]
  checkSpace(site.base.path, unpacked)
  const onBytes = unpackProgress(request.onProgress, unpacked)
  try {
    return await fillAttempt(request, shared, onBytes)
  } catch (error) {
    // Nothing of this run stays on a rung that cannot hold it all.
    if (asRungFailure(error) !== undefined) removeMade(request, missing)
    throw error
  }
}

function removeMade({ site }: SiteRequest, made: readonly PackageSlot[]): void {
  try {
    for (const slot of made) removeShared(site.layout, site.base, sharedTree(slot))
  } catch {
    // The reason why the rung fails is the first error, not this one.
  }
}

async function fillAttempt(
  request: SiteRequest,
  shared: readonly PackageSlot[],
  onBytes: OnBytes | undefined,
): Promise<PublishResult> {
  const links: SealedSlot[] = []
  for (const slot of shared) links.push(await ensureShared(request, slot, onBytes))
  const { attempt, lock } = claimAttempt(request)
  let whole: BuiltAttempt
  let published: Published
  try {
    const built = await buildAttempt(request, attempt, onBytes)
    whole = { ...built, slots: [...built.slots, ...links] }
    published = publishSeal(request, attempt, sealOf(request, attempt, whole))
  } catch (error) {
    discard(attempt, lock)
    throw error
  }
  if (published.attempt.number !== attempt.number) {
    discard(attempt, lock)
    return { published, isFresh: false }
  }
  lock.release()
  return { published: await keepShared(request, published, whole, onBytes), isFresh: true }
}

/** workenv §6.1, step 7: a cleaning that ran meanwhile did not know of the new links. */
async function keepShared(
  request: SiteRequest,
  published: Published,
  built: BuiltAttempt,
  onBytes: OnBytes | undefined,
): Promise<Published> {
  let current = published
  for (let turn = 0; turn < SHARED_TURNS; turn++) {
    const isThere = (slot: SealedSlot) => slot.kind === 'own' || sharedStamp(request.site, slot.tree) === slot.mtime
    if (current.seal.slots.every(isThere)) return current
    const links: SealedSlot[] = []
    for (const slot of slotsOf(request.pkg.slots, request.plan, 'shared')) {
      links.push(await ensureShared(request, slot, onBytes))
    }
    const own = built.slots.filter(slot => slot.kind === 'own')
    current = sealAgain(request, current.attempt, { ...built, slots: [...own, ...links] })
  }
  return current
}

/** workenv §3.2: the smallest number that nobody has. */
function claimAttempt({ site }: SiteRequest): { attempt: AttemptLayout; lock: OsLock } {
  for (let number = 1; ; number++) {
    const attempt = site.layout.attempt(site.key, number)
    const lock = claimLock(attempt.lock)
    if (lock === undefined) continue
    if (lstatSync(attempt.directory, { throwIfNoEntry: false }) === undefined) return { attempt, lock }
    releaseAndRemove(attempt.lock, lock)
  }
}

function discard(attempt: AttemptLayout, lock: OsLock): void {
  removeTree(attempt.directory)
  releaseAndRemove(attempt.lock, lock)
}
