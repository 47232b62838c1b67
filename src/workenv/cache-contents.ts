import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type About, readAbout } from './about.ts'
import { type Base, inspectBase } from './base-directory.ts'
import { type AttemptLayout, CacheLayout } from './cache-layout.ts'
import { type DiskUsage, diskUsage } from './disk-usage.ts'
import { cacheRungs, type RungName } from './ladder.ts'
import { listEnvs } from './leftovers.ts'
import type { Machine } from './machine.ts'
import { isOwned } from './os-lock.ts'
import { type ReferenceEntry, referencesIn, referenceUsage } from './reference-entry.ts'
import type { Seal } from './seal.ts'
import { readSealOf } from './sealed-attempt.ts'

/** One rung of the ladder as it is now. */
export interface BaseReport {
  readonly rung: RungName
  readonly path: string
  readonly state: 'usable' | 'read-only' | 'absent' | 'refused'
  /** Why it is refused. */
  readonly reason?: string
}

/** A published work environment in a base. */
export interface CacheEntry {
  readonly kind: 'workenv'
  readonly base: Base
  /** Its key. */
  readonly id: string
  /** Of the package; its key where nothing says. */
  readonly name: string
  readonly version: string
  readonly layout: CacheLayout
  readonly key: string
  /** Undefined where the seal is damaged. */
  readonly seal: Seal | undefined
  readonly attempt: AttemptLayout | undefined
  readonly about: About | undefined
  readonly lastUse: Date
}

/** Everything that a base holds and people call a work environment. */
export type Entry = CacheEntry | ReferenceEntry

/** Every rung that this machine has, whether anything is there or not. */
export function reportBases(machine: Machine): BaseReport[] {
  return cacheRungs(machine).map(rung => {
    const found = inspectBase(rung, machine)
    const { name, path } = rung
    if (found.state === 'refused') return { rung: name, path, state: 'refused', reason: found.reason }
    if (found.state === 'absent') return { rung: name, path, state: 'absent' }
    return { rung: name, path, state: found.base.isReadOnly ? 'read-only' : 'usable' }
  })
}

export function usableBases(machine: Machine): Base[] {
  const seen = new Set<string>()
  return cacheRungs(machine).flatMap(rung => {
    const found = seen.has(rung.path) ? undefined : inspectBase(rung, machine)
    seen.add(rung.path)
    return found?.state === 'usable' ? [found.base] : []
  })
}

/** Sorted by key. */
export function publishedIn(base: Base): CacheEntry[] {
  const layout = new CacheLayout(base.path)
  const { keys, attempts } = listEnvs(layout.envs)
  return keys.flatMap(key => {
    const status = lstatSync(layout.seal(key), { throwIfNoEntry: false })
    if (status === undefined) return []
    const seal = readSealOf(layout, key)
    const attempt = seal === undefined ? undefined : layout.attempt(key, seal.attempt)
    // Where the seal is damaged, any attempt still says what it is, if not whether it is whole.
    const last = attempt ?? attempts.findLast(one => one.key === key)
    const about = last === undefined ? undefined : readAbout(layout.attempt(key, last.number).about)
    const { name = key, version = '' } = about ?? {}
    return [{ kind: 'workenv', base, id: key, name, version, layout, key, seal, attempt, about, lastUse: status.mtime }]
  })
}

/** What is published in a base, and what launchers of the reference implementations left there. */
export function entriesIn(base: Base, platform: NodeJS.Platform): Entry[] {
  return [...publishedIn(base), ...referencesIn(base, platform)]
}

/** workenv §10.3: tree hashes that any attempt needs; undefined where one that somebody owns does not say. */
export function neededTrees(layout: CacheLayout): Set<string> | undefined {
  const trees = new Set<string>()
  for (const { key, number } of listEnvs(layout.envs).attempts) {
    const attempt = layout.attempt(key, number)
    if (lstatSync(attempt.directory, { throwIfNoEntry: false }) === undefined) continue
    const about = readAbout(attempt.about)
    if (about === undefined && isOwned(attempt.lock)) return undefined
    for (const tree of about?.shares ?? []) trees.add(tree)
  }
  return trees
}

/** workenv §4.6: tree hashes of what lies in `slots` for it: what its seal links to, and its lazy slots, whether they are there or not. */
export function slotsBesides({ seal, about }: CacheEntry): { shares: string[]; lazy: string[] } {
  const named = about?.shares ?? []
  if (seal === undefined) return { shares: [...named], lazy: [] }
  const shares = seal.slots.flatMap(slot => (slot.kind === 'share' ? [slot.tree] : []))
  return { shares, lazy: named.filter(tree => !shares.includes(tree)) }
}

/** workenv §9.3: where its lazy slots may lie: in its base, and where that is only read, in those of the user's own. */
export function lazyBases({ base }: CacheEntry, machine: Machine): Base[] {
  return base.isReadOnly ? [base, ...usableBases(machine).filter(({ isReadOnly }) => !isReadOnly)] : [base]
}

/** Tree hashes of the shared slots that are there. */
export function sharedIn(layout: CacheLayout): string[] {
  try {
    return readdirSync(layout.slots).filter(name => /^[0-9a-f]{64}$/.test(name))
  } catch {
    return []
  }
}

/** The path that a person may be shown for an entry. */
export function rootOf(entry: Entry): string {
  if (entry.kind === 'reference workenv') return entry.root
  return entry.attempt?.root ?? join(entry.layout.envs, `${entry.key}.seal`)
}

/** Bytes of its own, without the shared slots that it links to. */
export function entryUsage(entry: Entry): DiskUsage {
  if (entry.kind === 'reference workenv') return referenceUsage(entry)
  return entry.attempt === undefined ? { bytes: 0, files: 0 } : diskUsage(entry.attempt.directory)
}
