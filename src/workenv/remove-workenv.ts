import { rmSync } from 'node:fs'
import { type CacheEntry, publishedIn, usableBases } from './cache-contents.ts'
import type { AttemptLayout } from './cache-layout.ts'
import { diskUsage } from './disk-usage.ts'
import { listEnvs } from './leftovers.ts'
import { findEntry } from './list-workenvs.ts'
import { type Environment, thisMachine } from './machine.ts'
import { type OsLock, releaseAndRemove, tryLock } from './os-lock.ts'
import { type ProcessNames, readProcesses } from './processes.ts'
import { Staging } from './staging.ts'
import { WorkenvError } from './workenv-error.ts'

/** What was removed, or would be. */
export interface Removal {
  readonly kind: 'workenv' | 'shared slot' | 'leftover'
  /** Key, tree hash, or path. */
  readonly id: string
  readonly path: string
  readonly bytes: number
}

/**
 * workenv §10.2: removes one work environment that was asked for by name. Its shared slots stay for cleaning.
 * @throws WorkenvError WORKENV_UNKNOWN, WORKENV_IN_USE
 */
export function removeWorkenv(environment: Environment, id: string, options: { dryRun?: boolean } = {}): Removal {
  const machine = thisMachine(environment)
  const bases = usableBases(machine).filter(base => !base.isReadOnly)
  const entry = findEntry(bases.flatMap(publishedIn), id)
  const removed = removeEntry(entry, readProcesses(machine.platform), options.dryRun ?? false)
  if (typeof removed !== 'string') return removed
  const message = `${entry.key} is in use: ${removed} (workenv §10.1)`
  const hint = 'end the program that runs from it, or try again later'
  throw new WorkenvError('WORKENV_IN_USE', message, { got: removed, file: entry.key }, { hint })
}

/** workenv §10.1 and §10.2: removes an entry, or says why it is in use. */
export function removeEntry(entry: CacheEntry, processes: ProcessNames | undefined, dryRun: boolean): Removal | string {
  const { layout, key, base } = entry
  const keyLock = tryLock(layout.keyLock(key), 'exclusive')
  if (keyLock === 'busy') return 'it is being unpacked or healed'
  const locks: [attempt: AttemptLayout, lock: OsLock][] = []
  try {
    for (const attempt of attemptsOf(entry)) {
      const lock = tryLock(attempt.lock, 'exclusive')
      if (lock === 'busy') return 'a process holds its lock'
      locks.push([attempt, lock])
      if (processes?.mention(attempt.directory) === true) return 'a running process names it'
    }
    const bytes = locks.reduce((sum, [attempt]) => sum + diskUsage(attempt.directory).bytes, 0)
    const removal: Removal = { kind: 'workenv', id: key, path: entry.attempt?.directory ?? layout.seal(key), bytes }
    if (dryRun) return removal
    const staging = Staging.open(layout, base)
    try {
      rmSync(layout.seal(key), { force: true })
      for (const [attempt, lock] of locks) {
        staging.takeIn(attempt.directory)
        releaseAndRemove(attempt.lock, lock)
      }
      releaseAndRemove(layout.keyLock(key), keyLock)
    } finally {
      staging.remove()
    }
    return removal
  } finally {
    for (const [, lock] of locks) lock.release()
    keyLock.release()
  }
}

/** All attempts of a key: what was superseded goes with what replaced it. */
function attemptsOf({ layout, key }: CacheEntry): AttemptLayout[] {
  const known = listEnvs(layout.envs).attempts.filter(attempt => attempt.key === key)
  return known.map(({ number }) => layout.attempt(key, number))
}
