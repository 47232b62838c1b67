import { lstatSync } from 'node:fs'
import { sha256Hex } from '../crypto/sha256.ts'
import { parseListing } from '../format/tree-listing.ts'
import type { PackageFile } from '../package/package-file.ts'
import type { Base } from './base-directory.ts'
import { type CacheEntry, lazyBases, slotsBesides } from './cache-contents.ts'
import { CacheLayout, type SharedLayout } from './cache-layout.ts'
import { expectedSlot } from './expected-tree.ts'
import { findWorkenv, isOwnDirectory, type Published, siteOf } from './find-workenv.ts'
import type { Machine } from './machine.ts'
import { readCacheFile } from './read-cache-file.ts'
import { checkOwn, readListings } from './restore.ts'
import { asRungFailure } from './rung-failure.ts'
import { readSharedListing } from './shared-state.ts'
import { checkTree, type Damage } from './tree-check.ts'
import { planWorkenv } from './workenv-plan.ts'
import type { SiteRequest } from './workenv-request.ts'

/** One place that is not as it was made. */
export interface DamagedPlace {
  /** Absolute. */
  readonly path: string
  readonly kind: Exclude<Damage['kind'], 'extra'>
  /** Where it came from, and so what can make it again. */
  readonly source: 'package' | 'setup'
}

/** workenv §7.2: what a check of every file found. */
export interface EntryCheck {
  /** `unchecked`: not all of it could be compared, and what could is right. */
  readonly state: 'whole' | 'damaged' | 'unchecked'
  readonly damage: readonly DamagedPlace[]
  /** Absolute paths of what nobody signed, which programs may write; a directory stands for what is in it. */
  readonly extra: readonly string[]
  /** Why it is damaged as a whole, or could not be compared. */
  readonly reason?: string
}

/** Many work environments link to one slot, which is checked once: by its directory. */
export type SharedChecks = Map<string, Pick<EntryCheck, 'damage' | 'extra'>>

/** The wish for exactly this work environment, from which checking and healing begin. It never runs setup commands. */
export function requestFor(entry: CacheEntry, pkg: PackageFile, machine: Machine): SiteRequest {
  const plan = planWorkenv(pkg, machine.platform)
  return {
    pkg,
    plan,
    level: 'strict',
    isDoubted: false,
    machine,
    log: () => {},
    runSetup: () => Promise.reject(new Error('setup commands run at a start of the program only')),
    onProgress: undefined,
    accepts: () => true,
    site: { base: entry.base, layout: entry.layout, key: entry.key },
  }
}

/** workenv §7.2: compares all of it with its package, every file hashed. Marks no use. */
export async function checkWithPackage(
  entry: CacheEntry,
  request: SiteRequest,
  checked: SharedChecks,
): Promise<EntryCheck> {
  try {
    const { site, pkg, plan, machine } = request
    if (siteOf(site.base, plan).key !== site.key)
      return unsound('it was made for another place, where no program looks for it now')
    const found = findWorkenv(site, pkg, plan, 'strict', machine.platform)
    if (found.state === 'absent') return unsound('it was removed meanwhile')
    if (found.state === 'unsound') return unsound(found.reason)
    return await checkPublished(entry, request, found.published, checked)
  } catch (error) {
    return uncheckable(error)
  }
}

async function checkPublished(
  entry: CacheEntry,
  request: SiteRequest,
  published: Published,
  checked: SharedChecks,
): Promise<EntryCheck> {
  const { attempt } = published
  const { machine } = request
  const shared = checkShares(entry, machine, checked)
  const listed = await readListings(request, published)
  if (listed === undefined) return unsound('a listing of what belongs in it is lost')
  const own = split(attempt.root, checkOwn(request, published, listed.expected, 'strict'))
  const lost = listed.lost.map(({ index }) => lostListing(attempt.listing(index)))
  return verdict([...lost, ...own.damage, ...shared.damage], [...own.extra, ...shared.extra])
}

/** workenv §7.2: what can be compared without the package: what setup left, and shared and lazy slots, whose name is their hash. */
export function checkWithoutPackage(
  entry: CacheEntry,
  machine: Machine,
  reason: string,
  checked: SharedChecks,
): EntryCheck {
  try {
    const { seal, attempt } = entry
    if (seal === undefined || attempt === undefined) return unsound('its seal is damaged')
    if (!isOwnDirectory(attempt.root, entry.base)) return unsound('its root is not a directory of its own')
    const shared = checkShares(entry, machine, checked)
    const listing = seal.setup === undefined ? undefined : readListed(attempt.listing('setup'), seal.setup)
    if (seal.setup !== undefined && listing === undefined) return unsound('a listing of what belongs in it is lost')
    const options = { hash: true, hasModes: entry.base.owner !== undefined }
    const own = listing === undefined ? [] : checkTree(attempt.root, expectedSlot(0, parseListing(listing)), options)
    const { damage, extra, state } = verdict([...split(attempt.root, own).damage, ...shared.damage], shared.extra)
    // Targets, links and derived files are in the package alone.
    return { state: state === 'whole' && listing === undefined ? 'unchecked' : state, damage, extra, reason }
  } catch (error) {
    return uncheckable(error)
  }
}

/** workenv §9.3: a lazy slot that no program has asked for is nowhere. */
function isThere({ directory }: SharedLayout): boolean {
  return lstatSync(directory, { throwIfNoEntry: false }) !== undefined
}

function checkShares(entry: CacheEntry, machine: Machine, checked: SharedChecks): Pick<EntryCheck, 'damage' | 'extra'> {
  const { shares, lazy } = slotsBesides(entry)
  const placeIn = (base: Base, tree: string) => ({ base, tree, shared: new CacheLayout(base.path).shared(tree) })
  const asked = lazyBases(entry, machine).flatMap(base => lazy.map(tree => placeIn(base, tree)))
  const places = [...shares.map(tree => placeIn(entry.base, tree)), ...asked.filter(({ shared }) => isThere(shared))]
  const found = places.map(({ base, tree, shared }) => {
    const known = checked.get(shared.directory) ?? checkShare(shared, tree, base)
    checked.set(shared.directory, known)
    return known
  })
  return { damage: found.flatMap(({ damage }) => damage), extra: found.flatMap(({ extra }) => extra) }
}

function checkShare(
  shared: SharedLayout,
  tree: string,
  base: CacheEntry['base'],
): Pick<EntryCheck, 'damage' | 'extra'> {
  if (!isOwnDirectory(shared.tree, base))
    return { damage: [{ path: shared.tree, kind: 'missing', source: 'package' }], extra: [] }
  const listing = readSharedListing(shared, tree)
  if (listing === undefined) return { damage: [lostListing(shared.listing)], extra: [] }
  const options = { hash: true, hasModes: base.owner !== undefined, extras: { isPrograms: () => false } }
  return split(shared.tree, checkTree(shared.tree, expectedSlot(0, parseListing(listing)), options))
}

function split(root: string, damage: readonly Damage[]): { damage: DamagedPlace[]; extra: string[] } {
  const places: DamagedPlace[] = []
  const extra: string[] = []
  for (const { path, kind, expected } of damage) {
    if (kind === 'extra') extra.push(`${root}/${path}`)
    else places.push({ path: `${root}/${path}`, kind, source: expected?.origin === 'setup' ? 'setup' : 'package' })
  }
  return { damage: places, extra }
}

function readListed(path: string, sha256: string): Uint8Array | undefined {
  try {
    const bytes = readCacheFile(path)
    return sha256Hex(bytes) === sha256 ? bytes : undefined
  } catch {
    return undefined
  }
}

function lostListing(path: string): DamagedPlace {
  return { path, kind: 'content', source: 'package' }
}

function verdict(damage: readonly DamagedPlace[], extra: readonly string[]): EntryCheck {
  return { state: damage.length === 0 ? 'whole' : 'damaged', damage, extra }
}

function unsound(reason: string): EntryCheck {
  return { state: 'damaged', damage: [], extra: [], reason }
}

/** A directory that may not be read, a device that fails: nothing is known. */
function uncheckable(error: unknown): EntryCheck {
  const failure = asRungFailure(error)
  if (failure === undefined) throw error
  return { state: 'unchecked', damage: [], extra: [], reason: failure.reason }
}
