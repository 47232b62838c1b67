import { lstatSync, renameSync } from 'node:fs'
import { type CacheEntry, type Entry, entriesIn, usableBases } from './cache-contents.ts'
import type { AttemptLayout } from './cache-layout.ts'
import { diskUsage } from './disk-usage.ts'
import { findEntry } from './find-entry.ts'
import { describeUse, heldBy, named } from './in-use.ts'
import { listEnvs } from './leftovers.ts'
import { type Environment, thisMachine } from './machine.ts'
import { type OsLock, releaseAndRemove, tryLock } from './os-lock.ts'
import { type ProcessNames, type ProcessUser, readProcesses, readStarts } from './processes.ts'
import type { Removal } from './removal.ts'
import { removeReference } from './remove-reference.ts'
import { Staging } from './staging.ts'
import { WorkenvError } from './workenv-error.ts'

/**
 * workenv §10.2: removes one work environment that was asked for by name. Its shared slots stay for cleaning.
 * @throws WorkenvError WORKENV_UNKNOWN, WORKENV_IN_USE
 */
export function removeWorkenv(environment: Environment, id: string, options: { dryRun?: boolean } = {}): Removal {
  const machine = thisMachine(environment)
  const bases = usableBases(machine).filter(base => !base.isReadOnly)
  const entry = findEntry(
    bases.flatMap(base => entriesIn(base, machine.platform)),
    id,
  )
  const removed = removeEntry(entry, readProcesses(machine.platform), options.dryRun ?? false)
  if (typeof removed !== 'string') return removed
  const message = `${entry.id} is in use: ${removed} (workenv §10.1)`
  const hint = 'end the program that runs from it, or try again later'
  throw new WorkenvError('WORKENV_IN_USE', message, { got: removed, file: entry.id }, { hint })
}

/** workenv §10.1, workenv §10.2 and workenv §10.6: removes an entry, or says why it is in use. */
export function removeEntry(entry: Entry, processes: ProcessNames | undefined, dryRun: boolean): Removal | string {
  return entry.kind === 'workenv' ? removeOwn(entry, processes, dryRun) : removeReference(entry, processes, dryRun)
}

/**
 * A warm start takes no lock in every launcher: whoever began since the processes were read is looked for once more when the attempts
 * are out of sight, and gets them back.
 * @param deletes false: only takes them out of sight, at the cost of some renames
 */
export function removeOwn(
  entry: CacheEntry,
  processes: ProcessNames | undefined,
  dryRun: boolean,
  look: () => ProcessNames | undefined = () => (processes === undefined ? undefined : readStarts(process.platform)),
  deletes = true,
): Removal | string {
  const { layout, key } = entry
  const keyLock = tryLock(layout.keyLock(key), 'exclusive')
  if (keyLock === 'busy') return describeUse(heldBy('it is being unpacked or healed', layout.keyLock(key), processes))
  const locks: [attempt: AttemptLayout, lock: OsLock][] = []
  try {
    const now = lstatSync(layout.seal(key), { throwIfNoEntry: false })
    if (now?.mtime.getTime() !== entry.lastUse.getTime()) return 'it was used a moment ago'
    for (const attempt of attemptsOf(entry)) {
      const lock = tryLock(attempt.lock, 'exclusive')
      if (lock !== 'busy') locks.push([attempt, lock])
      const users = processes?.users(attempt.directory) ?? []
      if (users.length > 0) return describeUse(named(users))
      if (lock === 'busy') return describeUse(heldBy('a process holds its lock', attempt.lock, processes))
    }
    const directories = locks.map(([attempt]) => attempt.directory)
    const bytes = !deletes ? 0 : directories.reduce((sum, directory) => sum + diskUsage(directory).bytes, 0)
    const removal: Removal = { kind: 'workenv', id: key, path: ownPath(entry), bytes }
    if (dryRun) return removal
    const users = takeOut(entry, directories, look, deletes)
    if (users.length > 0) return describeUse(named(users))
    for (const [attempt, lock] of locks) releaseAndRemove(attempt.lock, lock)
    releaseAndRemove(layout.keyLock(key), keyLock)
    return removal
  } finally {
    for (const [, lock] of locks) lock.release()
    keyLock.release()
  }
}

/**
 * Deletes what was published, the seal first, so that nobody finds what is on its way out: or gives all of it back to those who began to
 * use it before.
 */
function takeOut(
  { layout, base, key }: CacheEntry,
  directories: readonly string[],
  look: () => ProcessNames | undefined,
  deletes: boolean,
): readonly ProcessUser[] {
  const usersNow = () => {
    const names = look()
    return names === undefined ? [] : directories.flatMap(directory => names.users(directory))
  }
  const staging = Staging.open(layout, base)
  let isTaken = false
  try {
    const taken: { path: string; place: string | undefined }[] = []
    for (const paths of [[layout.seal(key)], directories]) {
      for (const path of paths) taken.push({ path, place: staging.takeIn(path) })
      const users = usersNow()
      if (users.length === 0) continue
      for (const { path, place } of taken.reverse()) if (place !== undefined) giveBack(place, path)
      return users
    }
    isTaken = true
    return []
  } finally {
    if (deletes || !isTaken) staging.remove()
    else staging.leave()
  }
}

/** Unless somebody who did not wait for the lock has put something there meanwhile. */
function giveBack(place: string, path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) renameSync(place, path)
}

/** What stands for an entry where it is removed; no other base has the same. */
export function ownPath({ attempt, layout, key }: CacheEntry): string {
  return attempt?.directory ?? layout.seal(key)
}

/** All attempts of a key: what was superseded goes with what replaced it. */
function attemptsOf({ layout, key }: CacheEntry): AttemptLayout[] {
  const known = listEnvs(layout.envs).attempts.filter(attempt => attempt.key === key)
  return known.map(({ number }) => layout.attempt(key, number))
}
