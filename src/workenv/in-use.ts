import type { CacheEntry, Entry } from './cache-contents.ts'
import { isOwned } from './os-lock.ts'
import { nameUsers, type ProcessNames, type ProcessUser } from './processes.ts'
import { type ReferenceEntry, referenceMaker } from './reference-entry.ts'

/** workenv §10.1. */
const RECENT_MILLISECONDS = 24 * 3600 * 1000

/** workenv §10.1: why something counts as in use, and by whom as far as that can be told. */
export interface Use {
  readonly reason: string
  readonly users: readonly ProcessUser[]
}

/** workenv §10.1: who uses it now; undefined where nobody is known to. */
export function usedBy(entry: Entry, processes: ProcessNames | undefined): Use | undefined {
  return entry.kind === 'workenv' ? ownUse(entry, processes) : referenceUse(entry, processes)
}

function ownUse({ layout, key, attempt }: CacheEntry, processes: ProcessNames | undefined): Use | undefined {
  const keyLock = layout.keyLock(key)
  if (isOwned(keyLock)) return heldBy('it is being unpacked or healed', keyLock, processes)
  if (attempt === undefined) return undefined
  const users = processes?.users(attempt.directory) ?? []
  if (isOwned(attempt.lock)) return users.length > 0 ? named(users) : heldBy(LOCKED, attempt.lock, processes)
  return users.length > 0 ? named(users) : undefined
}

/** workenv §10.6. */
function referenceUse(entry: ReferenceEntry, processes: ProcessNames | undefined): Use | undefined {
  const maker = referenceMaker(entry, processes)
  if (maker !== undefined) return { reason: 'it is being unpacked', users: [maker] }
  const users = [entry.root, entry.instance].flatMap(path => processes?.users(path) ?? [])
  return users.length > 0 ? named(users) : undefined
}

const LOCKED = 'a process holds its lock'

export function named(users: readonly ProcessUser[]): Use {
  return { reason: 'a running process names it', users }
}

export function heldBy(reason: string, lock: string, processes: ProcessNames | undefined): Use {
  return { reason, users: processes?.holders(lock) ?? [] }
}

/** For messages: `a running process names it: sh (pid 4711)`. */
export function describeUse({ reason, users }: Use): string {
  return users.length === 0 ? reason : `${reason}: ${nameUsers(users)}`
}

/** workenv §10.1: programs that a launcher replaced itself with hold no lock, and need not show up anywhere else. */
export function isRecent({ lastUse }: Pick<Entry, 'lastUse'>, now: number): boolean {
  return Math.abs(now - lastUse.getTime()) < RECENT_MILLISECONDS
}
