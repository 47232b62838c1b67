import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, statSync, utimesSync } from 'node:fs'
import { sha256Hex } from '../crypto/sha256.ts'
import type { PackageFile } from '../package/package-file.ts'
import type { Base } from './base-directory.ts'
import { bootId } from './boot-id.ts'
import { type AttemptLayout, CacheLayout } from './cache-layout.ts'
import { workenvKey } from './key.ts'
import { type FileStamp, MAX_SEAL_BYTES, parseSeal, type Seal, type SealedSlot } from './seal.ts'
import { sharedTree, slotsOf, type WorkenvPlan } from './workenv-plan.ts'

/** Spec §9.1: how much of a work environment is checked. */
export type CheckLevel = 'none' | 'minimal' | 'relaxed' | 'standard' | 'strict'

/** workenv §5.4: how exact the last use is; a warm start writes at most this often. */
const USE_GRANULARITY_SECONDS = 3600
/** workenv §7.1: cleaners of temporary directories go by days. */
const IDLE_SECONDS = 24 * 3600

/** Where one package's work environment is, or would be, in one base. */
export interface Site {
  readonly base: Base
  readonly layout: CacheLayout
  readonly key: string
}

export interface Published {
  readonly site: Site
  readonly seal: Seal
  readonly attempt: AttemptLayout
}

/** Why a published work environment needs a tree check first (workenv §7.1). */
export type Suspicion = 'executable' | 'shared' | 'boot' | 'idle' | 'strict' | 'start'

export type Finding =
  | { readonly state: 'ready'; readonly published: Published }
  | { readonly state: 'suspect'; readonly published: Published; readonly suspicion: Suspicion }
  /** There is a seal, but nothing that it could be right about. */
  | { readonly state: 'unsound'; readonly reason: string }
  | { readonly state: 'absent' }

/** workenv §7.8: what is ready is not believed; `strict` checks more anyway. */
export function doubted(found: Finding): Finding {
  if (found.state === 'ready') return { ...found, state: 'suspect', suspicion: 'start' }
  return found.state === 'suspect' && found.suspicion !== 'strict' ? { ...found, suspicion: 'start' } : found
}

export function siteOf(base: Base, plan: WorkenvPlan): Site {
  return { base, layout: new CacheLayout(base.path), key: keyAt(base.path, plan) }
}

/** workenv §3.1. */
export function keyAt(base: string, plan: WorkenvPlan): string {
  return workenvKey({ ...plan, place: plan.isPlaceBound ? base : undefined })
}

/**
 * workenv §7.1: the warm check. About ten system calls and no walk, because every start of the program waits for it.
 */
export function findWorkenv(
  site: Site,
  pkg: PackageFile,
  plan: WorkenvPlan,
  level: CheckLevel,
  platform: NodeJS.Platform,
): Finding {
  const read = readSeal(site)
  if (read === undefined) return { state: 'absent' }
  const seal = parseSeal(read.text)
  if (seal === undefined || seal.content !== plan.contentHash || !namesSlots(seal, pkg, plan)) {
    return { state: 'unsound', reason: 'its seal is damaged or of another package' }
  }
  const attempt = site.layout.attempt(site.key, seal.attempt)
  const published = { site, seal, attempt }
  if (seal.place !== placeHash(attempt, plan)) return { state: 'unsound', reason: 'it was made for another place' }
  if (!isOwnDirectory(attempt.root, site.base))
    return { state: 'unsound', reason: 'its root is not a directory of its own' }
  const age = Math.abs(Date.now() / 1000 - read.lastUse)
  const suspicion = suspicionOf(published, plan, level, age, platform)
  if (suspicion !== undefined) return { state: 'suspect', published, suspicion }
  if (age > USE_GRANULARITY_SECONDS) markUse(site)
  return { state: 'ready', published }
}

/** workenv §5.4: a mark that cannot be written is no error. */
export function markUse(site: Site): void {
  if (site.base.isReadOnly) return
  try {
    const now = Date.now() / 1000
    utimesSync(site.layout.seal(site.key), now, now)
  } catch {
    // A cache that became read-only still runs what is in it.
  }
}

/** workenv §5.1: what the `place` line holds. */
export function placeHash(attempt: AttemptLayout, plan: WorkenvPlan): string | undefined {
  return plan.isPlaceBound ? sha256Hex(Buffer.from(attempt.root)) : undefined
}

/** workenv §5.3: of the file that symlinks lead to; undefined where there is none. */
export function executableStamp(attempt: AttemptLayout, plan: WorkenvPlan): FileStamp | undefined {
  if (plan.executable === undefined) return undefined
  try {
    const status = statSync(`${attempt.root}/${plan.executable}`, { bigint: true, throwIfNoEntry: false })
    if (status?.isFile() !== true || status.mtimeNs < 0n) return undefined
    return { size: status.size, mtime: status.mtimeNs }
  } catch {
    // A loop of links leads to no file.
    return undefined
  }
}

/** workenv §5.1: identifies one copy of a shared slot. */
export function sharedStamp(site: Site, tree: string): bigint | undefined {
  try {
    return lstatSync(site.layout.shared(tree).listing, { bigint: true, throwIfNoEntry: false })?.mtimeNs
  } catch {
    return undefined
  }
}

/** workenv §7.1, points 3 to 6. */
function suspicionOf(
  { site, seal, attempt }: Published,
  plan: WorkenvPlan,
  level: CheckLevel,
  age: number,
  platform: NodeJS.Platform,
): Suspicion | undefined {
  if (level === 'strict') return 'strict'
  if (level !== 'standard') return undefined
  if (!sameStamp(executableStamp(attempt, plan), seal.executable)) return 'executable'
  const isShared = (slot: SealedSlot) => slot.kind === 'own' || sharedStamp(site, slot.tree) === slot.mtime
  if (!seal.slots.every(isShared)) return 'shared'
  if (!isOfThisBoot(seal, platform) && lstatSync(attempt.settled, { throwIfNoEntry: false }) === undefined)
    return 'boot'
  // Nobody could mark the use of a base that is only read, and what cleans by age is not let into it.
  if (site.base.isReadOnly) return undefined
  const isSwept = site.base.rung === 'temporary' || site.base.rung === 'memory'
  return age >= IDLE_SECONDS || isSwept ? 'idle' : undefined
}

function sameStamp(a: FileStamp | undefined, b: FileStamp | undefined): boolean {
  return a?.size === b?.size && a?.mtime === b?.mtime
}

function isOfThisBoot(seal: Seal, platform: NodeJS.Platform): boolean {
  const now = bootId(platform)
  return now === undefined || now === seal.boot
}

/** workenv §7.1: never through a symlink, and only a file that nobody else could have written. */
function readSeal(site: Site): { text: string; lastUse: number } | undefined {
  let fd: number
  try {
    fd = openSync(
      site.layout.seal(site.key),
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    )
  } catch {
    return undefined
  }
  try {
    const status = fstatSync(fd)
    const isOurs = site.base.owner === undefined || (status.uid === site.base.owner && (status.mode & 0o022) === 0)
    if (!status.isFile() || !isOurs || status.size > MAX_SEAL_BYTES) return { text: '', lastUse: 0 }
    return { text: readFileSync(fd, 'latin1'), lastUse: status.mtimeMs / 1000 }
  } catch {
    return { text: '', lastUse: 0 }
  } finally {
    closeSync(fd)
  }
}

/** workenv §5.1: the same slots in the same roles, and for signed trees the same hashes. */
function namesSlots(seal: Seal, pkg: PackageFile, plan: WorkenvPlan): boolean {
  const expected = slotsOf(pkg.slots, plan, 'own', 'shared')
  if (expected.length !== seal.slots.length) return false
  return seal.slots.every((sealed, at) => {
    const slot = expected[at]
    if (slot === undefined || sealed.index !== slot.index) return false
    if ((sealed.kind === 'share') !== (plan.roles[slot.index] === 'shared')) return false
    return slot.metadata.tree === undefined || sharedTree(slot) === sealed.tree
  })
}

/** workenv §7.1, point 2. What cannot be looked at, below a directory of somebody else, is none. */
export function isOwnDirectory(path: string, base: Base): boolean {
  try {
    const status = lstatSync(path, { throwIfNoEntry: false })
    if (status?.isDirectory() !== true) return false
    return base.owner === undefined || (status.uid === base.owner && (status.mode & 0o022) === 0)
  } catch {
    return false
  }
}
