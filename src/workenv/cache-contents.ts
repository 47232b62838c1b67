import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type About, readAbout } from './about.ts'
import { type Base, inspectBase } from './base-directory.ts'
import { type AttemptLayout, CacheLayout } from './cache-layout.ts'
import { cacheRungs, type RungName } from './ladder.ts'
import { listEnvs } from './leftovers.ts'
import type { Machine } from './machine.ts'
import { tryLock } from './os-lock.ts'
import type { ProcessNames } from './processes.ts'
import type { Seal } from './seal.ts'
import { readSealOf } from './sealed-attempt.ts'

/** workenv §10.1. */
const RECENT_MILLISECONDS = 24 * 3600 * 1000

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
  readonly base: Base
  readonly layout: CacheLayout
  readonly key: string
  /** Undefined where the seal is damaged. */
  readonly seal: Seal | undefined
  readonly attempt: AttemptLayout | undefined
  readonly about: About | undefined
  readonly lastUse: Date
}

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
  return listEnvs(layout.envs).keys.flatMap(key => {
    const status = lstatSync(layout.seal(key), { throwIfNoEntry: false })
    if (status === undefined) return []
    const seal = readSealOf(layout, key)
    const attempt = seal === undefined ? undefined : layout.attempt(key, seal.attempt)
    const about = attempt === undefined ? undefined : readAbout(attempt.about)
    return [{ base, layout, key, seal, attempt, about, lastUse: status.mtime }]
  })
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

/** Tree hashes of the shared slots that are there. */
export function sharedIn(layout: CacheLayout): string[] {
  try {
    return readdirSync(layout.slots).filter(name => /^[0-9a-f]{64}$/.test(name))
  } catch {
    return []
  }
}

export function isOwned(lock: string): boolean {
  if (lstatSync(lock, { throwIfNoEntry: false }) === undefined) return false
  const held = tryLock(lock, 'exclusive')
  if (held === 'busy') return true
  held.release()
  return false
}

/** The path that a person may be shown for an entry. */
export function rootOf(entry: CacheEntry): string {
  return entry.attempt?.root ?? join(entry.layout.envs, `${entry.key}.seal`)
}

/** workenv §10.1: who uses it now; undefined where nobody is known to. */
export function usedBy({ layout, key, attempt }: CacheEntry, processes: ProcessNames | undefined): string | undefined {
  if (isOwned(layout.keyLock(key))) return 'it is being unpacked or healed'
  if (attempt === undefined) return undefined
  if (isOwned(attempt.lock)) return 'a process holds its lock'
  return processes?.mention(attempt.directory) === true ? 'a running process names it' : undefined
}

/** workenv §10.1: programs that a launcher replaced itself with hold no lock, and need not show up anywhere else. */
export function isRecent({ lastUse }: CacheEntry, now: number): boolean {
  return Math.abs(now - lastUse.getTime()) < RECENT_MILLISECONDS
}
