import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { CacheLayout } from './cache-layout.ts'
import { describeUse, named, usedBy } from './in-use.ts'
import { type ProcessNames, readProcesses } from './processes.ts'
import { type ReferenceEntry, referenceLock, referenceMaker, referenceUsage } from './reference-entry.ts'
import type { Removal } from './removal.ts'
import { errorCode } from './rung-failure.ts'
import { Staging } from './staging.ts'

/**
 * workenv §10.6: removes a work environment of the reference launchers, or says why it is in use. Under their lock, so that one of theirs
 * that unpacks at this moment waits and finds it gone. Their warm start takes no lock: whoever began meanwhile is looked for once more
 * when it is out of sight, and gets it back.
 */
export function removeReference(
  entry: ReferenceEntry,
  processes: ProcessNames | undefined,
  dryRun: boolean,
  look: () => ProcessNames | undefined = () => (processes === undefined ? undefined : readProcesses(process.platform)),
): Removal | string {
  const use = usedBy(entry, processes)
  if (use !== undefined) return describeUse(use)
  const { id, root, instance, base } = entry
  const removal: Removal = { kind: 'reference workenv', id, path: root, bytes: referenceUsage(entry).bytes }
  if (dryRun) return removal
  if (!takeLock(entry)) return 'it is being unpacked'
  const staging = Staging.open(new CacheLayout(base.path), base)
  try {
    const taken = [instance, root].map(path => ({ path, place: staging.takeIn(path) }))
    const later = look()
    const users = later === undefined ? [] : [root, instance, staging.path].flatMap(path => later.users(path))
    if (users.length === 0) return removal
    for (const { path, place } of taken.reverse()) if (place !== undefined) renameSync(place, path)
    rmSync(referenceLock(entry), { force: true })
    return describeUse(named(users))
  } finally {
    staging.remove()
  }
}

/** Their own protocol: the file that is made exclusively and holds a process id. One of a process that died counts for nothing. */
function takeLock(entry: ReferenceEntry): boolean {
  const lock = referenceLock(entry)
  try {
    writeFileSync(lock, `${process.pid}\n`, { flag: 'wx', mode: 0o644 })
    return true
  } catch (error) {
    const code = errorCode(error)
    // Nobody unpacks where there is no directory for the lock.
    if (code === 'ENOENT' || code === 'ENOTDIR') return true
    if (code !== 'EEXIST') throw error
  }
  if (referenceMaker(entry, undefined) !== undefined) return false
  rmSync(lock, { force: true })
  return true
}
