import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { AttemptLayout, CacheLayout } from './cache-layout.ts'
import { parseEnvsName } from './key.ts'
import type { Machine } from './machine.ts'
import { type OsLock, releaseAndRemove, tryLock } from './os-lock.ts'
import { type ProcessNames, readProcesses } from './processes.ts'
import { removeTree } from './remove-tree.ts'
import { sealedAttempt } from './sealed-attempt.ts'
import { RANDOM_NAME } from './staging.ts'

const OLD_MILLISECONDS = 24 * 3600 * 1000
/** More than a start makes, so that they become fewer; removing a small one takes about 0.05 ms. */
const RUNS_AT_A_START = 64

/**
 * workenv §8.3 and §10.4: removes what dead processes left, superseded attempts and old runs. Never fails: what cannot be removed
 * now is removed later.
 * @returns the paths that were removed, or would be
 */
export function removeLeftovers(layout: CacheLayout, machine: Machine, options: { dryRun?: boolean } = {}): string[] {
  const sweep = sweepOn(machine, options.dryRun ?? false)
  return [
    ...listEnvs(layout.envs).attempts.flatMap(({ key, number }) => sweepAttempt(layout, key, number, sweep)),
    ...randomNames(layout.staging).flatMap(path => sweepDirectory(path, sweep, () => true)),
    ...randomNames(layout.runs).flatMap(path => sweepRun(path, sweep)),
  ]
}

/**
 * workenv §9.1: removes what earlier runs left, as much as a start has time for: one that makes a directory of its own each time, and is
 * never a first run, would fill the disk. Never fails.
 */
export function removeOldRuns(layout: CacheLayout, machine: Machine): void {
  const sweep = sweepOn(machine, false)
  let removed = 0
  for (const path of randomNames(layout.runs)) {
    if (isOld(path)) removed += sweepRun(path, sweep).length
    if (removed === RUNS_AT_A_START) return
  }
}

interface Sweep {
  readonly dryRun: boolean
  readonly processes: () => ProcessNames | undefined
}

function sweepOn({ platform }: Machine, dryRun: boolean): Sweep {
  let processes: ProcessNames | undefined | 'unread' = 'unread'
  return {
    dryRun,
    processes: () => {
      if (processes === 'unread') processes = readProcesses(platform)
      return processes
    },
  }
}

function sweepAttempt(layout: CacheLayout, key: string, number: number, sweep: Sweep): string[] {
  if (sealedAttempt(layout, key) === number) return []
  const attempt = layout.attempt(key, number)
  // Its maker may have published it since: the seal is read again under the lock.
  return sweepDirectory(attempt.directory, sweep, () => {
    return sealedAttempt(layout, key) !== number && isUnusedAttempt(attempt, sweep)
  })
}

/** workenv §10.4: one that was never published is nobody's; one that was replaced may still run. */
function isUnusedAttempt(attempt: AttemptLayout, { processes }: Sweep): boolean {
  const seal = lstatSync(attempt.seal, { throwIfNoEntry: false })
  if (seal === undefined) return true
  const known = processes()
  return known === undefined ? isOld(attempt.seal) : !known.mention(attempt.directory)
}

/** workenv §9.1. */
function sweepRun(path: string, sweep: Sweep): string[] {
  const isThere = () => lstatSync(path, { throwIfNoEntry: false }) !== undefined
  const isUnused = () => isOld(path) && sweep.processes()?.mention(path) !== true
  return sweepDirectory(path, sweep, () => !isThere() || isUnused())
}

function sweepDirectory(path: string, { dryRun }: Sweep, mayGo: () => boolean): string[] {
  let lock: OsLock | undefined
  try {
    lock = ownerlessLock(path)
    if (lock === undefined || !mayGo()) return []
    const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined
    if (!dryRun) {
      // The seal first, so that half of it is nothing that was ever published.
      rmSync(join(path, 'seal'), { force: true })
      removeTree(path)
      releaseAndRemove(`${path}.lock`, lock)
    }
    return isThere ? [path] : []
  } catch {
    return []
  } finally {
    lock?.release()
  }
}

/** workenv §8.3: the lock of something that nobody owns; where locks do not work, age decides. */
function ownerlessLock(path: string): OsLock | undefined {
  const lock = tryLock(`${path}.lock`, 'exclusive')
  if (lock === 'busy') return undefined
  return lock.isReal || isOld(path) ? lock : undefined
}

/** Not changed for 24 hours. */
export function isOld(path: string): boolean {
  const status = lstatSync(path, { throwIfNoEntry: false })
  return status !== undefined && Date.now() - status.mtimeMs > OLD_MILLISECONDS
}

/** workenv §2: keys and attempts of a base, by the names of their directories and locks. */
export function listEnvs(envs: string): { keys: string[]; attempts: { key: string; number: number }[] } {
  const keys = new Set<string>()
  const attempts = new Map<string, { key: string; number: number }>()
  for (const name of list(envs)) {
    const parsed = parseEnvsName(name)
    if (parsed === undefined) continue
    keys.add(parsed.key)
    if (parsed.attempt !== undefined) {
      attempts.set(`${parsed.key}.${parsed.attempt}`, { key: parsed.key, number: parsed.attempt })
    }
  }
  return { keys: [...keys].sort(), attempts: [...attempts.values()] }
}

function randomNames(directory: string): string[] {
  const found = new Set(list(directory).map(name => name.replace(/\.lock$/, '')))
  return [...found].filter(name => RANDOM_NAME.test(name)).map(name => join(directory, name))
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory).sort()
  } catch {
    return []
  }
}
