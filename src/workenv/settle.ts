import { closeSync, fsyncSync, lstatSync, openSync, readdirSync, realpathSync, statSync, utimesSync } from 'node:fs'
import { join, sep } from 'node:path'
import { type Published, sharedStamp } from './find-workenv.ts'
import { sealAgain } from './publish-seal.ts'
import { asRungFailure } from './rung-failure.ts'
import type { SealedSlot } from './seal.ts'
import { underLock } from './wait-for-lock.ts'
import { WorkenvError } from './workenv-error.ts'
import { sharedTree, slotsOf } from './workenv-plan.ts'
import type { SiteRequest, WorkenvRequest } from './workenv-request.ts'

const WAIT_SECONDS = 60
const NANOSECONDS = 1_000_000_000n

/**
 * workenv §7.7: writes a work environment through to the disk and marks it as settled, for images and administrators: whoever can
 * only read it could never mark it. The times that its seal holds become whole seconds, since images keep no others.
 * @returns whether it is settled now; a base that is only read stays as it is
 * @throws WorkenvError CACHE_UNUSABLE, CACHE_FULL
 */
export async function settleWorkenv(request: WorkenvRequest, published: Published): Promise<boolean> {
  const { site, attempt } = published
  if (site.base.isReadOnly) return lstatSync(attempt.settled, { throwIfNoEntry: false }) !== undefined
  try {
    const options = { limitSeconds: WAIT_SECONDS, look: () => undefined }
    return await underLock<boolean>(site.layout.keyLock(site.key), options, async () => {
      settleUnderLock({ ...request, site }, published)
      return true
    })
  } catch (error) {
    const failure = asRungFailure(error)
    if (failure === undefined) throw error
    const message = `${attempt.directory}: cannot be written through to the disk: ${failure.reason} (workenv §7.7)`
    const hint = 'set FLAVOR_CACHE to a directory on a disk that can be written to'
    throw new WorkenvError(failure.isForSpace ? 'CACHE_FULL' : 'CACHE_UNUSABLE', message, {}, { hint, cause: failure })
  }
}

function settleUnderLock(request: SiteRequest, published: Published): void {
  const { pkg, plan, site } = request
  const { layout, base, key } = site
  const { attempt, seal } = published
  if (roundTimes(request, published)) {
    const slots = seal.slots.map((slot): SealedSlot => {
      return slot.kind === 'own' ? slot : { ...slot, mtime: sharedStamp(site, slot.tree) ?? slot.mtime }
    })
    sealAgain(request, attempt, { slots, setup: seal.setup })
  }
  for (const slot of slotsOf(pkg.slots, plan, 'shared', 'lazy')) syncTree(layout.shared(sharedTree(slot)).directory)
  syncTree(attempt.directory)
  syncFile(layout.seal(key))
  closeSync(openSync(attempt.settled, 'a', base.fileMode))
  for (const path of [attempt.settled, attempt.directory, layout.envs, layout.slots, layout.base]) syncFile(path)
}

/** Whether any was not whole. A link of the package's own setup may lead out of the base, to a file that is not ours to change. */
function roundTimes({ plan, site }: SiteRequest, { attempt, seal }: Published): boolean {
  const files = seal.slots.filter(slot => slot.kind === 'share').map(slot => site.layout.shared(slot.tree).listing)
  const executable = plan.executable === undefined ? undefined : realPath(join(attempt.root, plan.executable))
  if (executable?.startsWith(realpathSync(site.base.path) + sep) === true) files.push(executable)
  const uneven = files.filter(path => statSync(path, { bigint: true }).mtimeNs % NANOSECONDS !== 0n)
  for (const path of uneven) {
    const seconds = Math.floor(statSync(path).mtimeMs / 1000)
    utimesSync(path, seconds, seconds)
  }
  return uneven.length > 0
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}

/** A lazy slot that nobody asked for is not there. */
function syncTree(directory: string): void {
  if (lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return
  for (const item of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, item.name)
    if (item.isDirectory()) syncTree(path)
    else if (item.isFile()) syncFile(path)
  }
  syncFile(directory)
}

/** Directories too, where the system can: their entries are what a power failure loses first. */
function syncFile(path: string): void {
  if (process.platform === 'win32' && lstatSync(path).isDirectory()) return
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
