import { chmodSync, lstatSync, rmdirSync, symlinkSync, unlinkSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { sha256Hex } from '../crypto/sha256.ts'
import { buildListing, type ListingEntry, parseListing } from '../format/tree-listing.ts'
import { DirectoryMaker } from '../package/directory-maker.ts'
import { extractSlot } from '../package/extract.ts'
import type { PackageSlot } from '../package/package-slot.ts'
import type { OnBytes } from '../package/slot-stream.ts'
import { formatAbout } from './about.ts'
import { attemptParts, isInOwnDirectory } from './attempt-parts.ts'
import type { AttemptLayout } from './cache-layout.ts'
import { expectedTree, linkTarget, parentOf, type RenderedFile, type TreeParts } from './expected-tree.ts'
import { lazyDirectories } from './lazy-slot.ts'
import { listingFileMode } from './listing-mode.ts'
import { errorCode } from './rung-failure.ts'
import type { SealedSlot } from './seal.ts'
import { slotPaths } from './slot-paths.ts'
import { listTree } from './tree-check.ts'
import { underLock } from './wait-for-lock.ts'
import { WorkenvError } from './workenv-error.ts'
import { sharedTree, slotsOf } from './workenv-plan.ts'
import type { SiteRequest } from './workenv-request.ts'
import { makeDirectory, writeNewFile } from './write-file.ts'

export interface BuiltAttempt {
  readonly slots: readonly SealedSlot[]
  /** Hex SHA-256 of `listing/setup`. */
  readonly setup: string | undefined
}

/** For whoever holds the lock of a shared slot (workenv §8.2). */
const WAIT_SECONDS = 60

/** An error of the package's own commands: another rung of the ladder would not help. */
export class SetupStopped extends Error {
  constructor(cause: unknown) {
    super('setup stopped', { cause })
    this.name = 'SetupStopped'
  }
}

/** workenv §6.1, steps 4 and 5: everything in an attempt but its seal. Whoever calls removes it when this throws. */
export async function buildAttempt(
  request: SiteRequest,
  attempt: AttemptLayout,
  onBytes: OnBytes | undefined,
): Promise<BuiltAttempt> {
  const { pkg, plan, site } = request
  const shared = slotsOf(pkg.slots, plan, 'shared')
  for (const path of [attempt.directory, attempt.root, attempt.listings]) makeDirectory(path, site.base.directoryMode)
  const about = {
    name: plan.name,
    version: plan.version,
    content: plan.contentHash,
    package: resolve(pkg.path),
    shares: slotsOf(pkg.slots, plan, 'shared', 'lazy').map(sharedTree),
  }
  writeNewFile(attempt.about, formatAbout(about), site.base.fileMode)
  await outlastCleaning(request, shared)
  const directories = new DirectoryMaker(attempt.root)
  for (const slot of shared) {
    directories.make(parentOf(slot.target))
    symlinkSync(linkTarget(slot.target, sharedTree(slot)), join(attempt.root, slot.target))
  }
  const { own, init } = await unpackSlots(request, attempt, onBytes)
  const parts = attemptParts(pkg.slots, plan, attempt.root, new Map(own.map(slot => [slot.index, slot.entries])))
  for (const { path, mode } of plan.directories) {
    directories.make(path)
    chmodSync(join(attempt.root, path), mode | 0o700)
  }
  for (const [at, file] of parts.derived.entries()) writeDerived(attempt.root, directories, file, at)
  const slots = own.map(({ index, tree }): SealedSlot => ({ kind: 'own', index, tree }))
  return { slots, setup: plan.hasSetup ? await setUp(request, attempt, parts, init) : undefined }
}

/**
 * workenv §10.3: a cleaning that looked for whoever needs a slot before `about` was there may have it out of sight for a moment. Later ones
 * find `about`, and leave it where it is.
 */
async function outlastCleaning({ site }: SiteRequest, shared: readonly PackageSlot[]): Promise<void> {
  for (const slot of shared) {
    const { lock } = site.layout.shared(sharedTree(slot))
    await underLock<void>(lock, { limitSeconds: WAIT_SECONDS, look: () => undefined }, async () => {})
  }
}

interface UnpackedSlot {
  readonly index: number
  readonly tree: string
  readonly entries: readonly ListingEntry[]
}

/** workenv §4.1: in the order of their index, so that the later of two slots gives a directory its mode. */
async function unpackSlots({ pkg, plan, site }: SiteRequest, attempt: AttemptLayout, onBytes: OnBytes | undefined) {
  const own: UnpackedSlot[] = []
  const init: string[] = []
  for (const slot of slotsOf(pkg.slots, plan, 'own', 'init')) {
    const unpacked = await extractSlot(pkg, slot, attempt.root, {
      readOnly: true,
      ...(onBytes === undefined ? {} : { onBytes }),
    })
    const entries = parseListing(unpacked.listing)
    if (plan.roles[slot.index] === 'init') {
      const prefix = slot.isTree ? slot.target : parentOf(slot.target)
      init.push(...entries.map(({ path }) => (prefix === '' ? path : `${prefix}/${path}`)))
    } else {
      own.push({ index: slot.index, tree: unpacked.tree, entries })
      writeNewFile(attempt.listing(slot.index), unpacked.listing, listingFileMode(pkg, site))
    }
  }
  return { own, init }
}

function writeDerived(root: string, directories: DirectoryMaker, file: RenderedFile, at: number): void {
  directories.make(parentOf(file.path))
  try {
    writeNewFile(join(root, file.path), file.content, file.mode & 0o555)
  } catch (cause) {
    if (errorCode(cause) !== 'EEXIST') throw cause
    const field = `derived[${at}].path`
    const message = `metadata: ${field} ${JSON.stringify(file.path)} is taken by a slot, expected a place of its own (workenv §4.3)`
    throw new WorkenvError('WORKENV_PLACE', message, { field, got: file.path, want: 'a place of its own' }, { cause })
  }
}

/** workenv §6.4. Returns the hash of the listing of what is there afterwards. */
async function setUp(
  { pkg, plan, site, runSetup }: SiteRequest,
  attempt: AttemptLayout,
  parts: TreeParts,
  init: readonly string[],
): Promise<string> {
  const before = expectedTree(parts)
  try {
    const paths = slotPaths(pkg.slots, attempt, lazyDirectories(pkg.slots, plan, site.layout))
    await runSetup(pkg.metadata.setup_commands ?? [], attempt.root, paths)
  } catch (error) {
    throw new SetupStopped(error)
  }
  removeInit(
    attempt.root,
    init.filter(path => !before.has(path)),
  )
  const listing = buildListing(listTree(attempt.root, path => isInOwnDirectory(plan, path) && !before.has(path)))
  writeNewFile(attempt.listing('setup'), listing, listingFileMode(pkg, site))
  return sha256Hex(listing)
}

/** What the commands made of it meanwhile may be links: nothing is removed through one. */
function removeInit(root: string, paths: readonly string[]): void {
  for (const path of [...paths].reverse()) {
    if (!hasRealParents(root, path)) continue
    const place = join(root, path)
    if (lstatSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) removeFile(place)
    else removeIfEmpty(place)
  }
}

/** By unlink(2): of what Node's `rmSync` says, most codes of the system are lost. */
function removeFile(place: string): void {
  try {
    unlinkSync(place)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory)
  } catch (error) {
    if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw error
  }
}

function hasRealParents(root: string, path: string): boolean {
  for (let parent = parentOf(path); parent !== ''; parent = parentOf(parent)) {
    if (lstatSync(join(root, parent), { throwIfNoEntry: false })?.isDirectory() !== true) return false
  }
  return true
}
