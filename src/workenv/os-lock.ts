import { chmodSync, closeSync, constants, lstatSync, openSync, statSync, unlinkSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { errorCode } from './rung-failure.ts'

/** SQLite's code for a lock that somebody else holds. */
const SQLITE_BUSY = 5
/** workenv §1.3: executable, so that access(2) on it tells of a `noexec` mount. */
const LOCK_FILE_MODE = 0o700
/** How often a lock is taken again because its file was replaced meanwhile. */
const RETRIES = 16

export type LockKind = 'exclusive' | 'shared'

export interface OsLock {
  /** False where the file system has no locks: held by name only. */
  readonly isReal: boolean
  release(): void
}

/**
 * workenv §8.1: the lock of the operating system on SQLite's lock bytes, freed by the kernel with its last holder. Node has no other
 * way to one. Loading node:sqlite and locking takes about 0.5 ms, so that a warm start does without.
 */
export function tryLock(path: string, kind: LockKind): OsLock | 'busy' {
  for (let attempt = 0; attempt < RETRIES; attempt++) {
    makeLockFile(path)
    const before = inode(path)
    const lock = lockOnce(path, kind)
    if (lock === 'busy' || (before !== undefined && inode(path) === before)) return lock
    lock.release()
  }
  return 'busy'
}

/** Whether anybody holds it. Where the file is not there, nobody does, and it is not made. */
export function isOwned(lock: string): boolean {
  if (lstatSync(lock, { throwIfNoEntry: false }) === undefined) return false
  const held = tryLock(lock, 'exclusive')
  if (held === 'busy') return true
  held.release()
  return false
}

/** workenv §3.2: claims a name by making its lock file, which nobody else has made. Undefined where somebody has. */
export function claimLock(path: string): OsLock | undefined {
  if (!makeLockFile(path)) return undefined
  const before = inode(path)
  const lock = lockOnce(path, 'exclusive')
  if (lock === 'busy') return undefined
  if (before !== undefined && inode(path) === before) return lock
  lock.release()
  return undefined
}

/** workenv §8.2: a lock file goes after its directory, by the hand that holds it. */
export function releaseAndRemove(path: string, lock: OsLock): void {
  try {
    unlinkSync(path)
  } catch {
    // Left for the next first run, which finds that nobody owns it.
  }
  lock.release()
}

/**
 * Made before SQLite opens it, and only opened where it was not there: closing a file drops all locks that this process holds on it.
 * @returns whether it was made now
 */
export function makeLockFile(path: string): boolean {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, LOCK_FILE_MODE))
    restoreMode(path)
    return true
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    restoreMode(path)
    return false
  }
}

/**
 * A umask may take bits of the owner, and so may whoever changes modes in a cache. Without them nobody can lock it again, and it says the
 * same as a `noexec` mount. What another user owns is left as it is.
 */
function restoreMode(path: string): void {
  if (process.platform === 'win32') return
  const status = lstatSync(path, { throwIfNoEntry: false })
  if (status?.isFile() !== true || (status.mode & LOCK_FILE_MODE) === LOCK_FILE_MODE) return
  try {
    chmodSync(path, LOCK_FILE_MODE)
  } catch {
    // The next to open it says what it cannot do.
  }
}

function lockOnce(path: string, kind: LockKind): OsLock | 'busy' {
  const database = openDatabase(path)
  if (database === undefined) return UNREAL
  try {
    // In memory: a journal beside the lock file would outlive a killed process. Nothing is ever committed.
    database.exec('PRAGMA journal_mode = MEMORY')
    database.exec(kind === 'exclusive' ? 'BEGIN EXCLUSIVE' : 'BEGIN; SELECT 1 FROM sqlite_schema')
  } catch (error) {
    database.close()
    return (error as { errcode?: number }).errcode === SQLITE_BUSY ? 'busy' : UNREAL
  }
  HELD.add(database)
  return {
    isReal: true,
    release() {
      if (HELD.delete(database)) database.close()
    },
  }
}

/** A database that nobody refers to any more is closed by the garbage collector, and its lock with it. */
const HELD = new Set<DatabaseSync>()

const UNREAL: OsLock = { isReal: false, release() {} }

/** SQLite must not make it: one that was removed meanwhile would come back without the mode that workenv §1.3 asks for. */
function openDatabase(path: string): DatabaseSync | undefined {
  try {
    const url = pathToFileURL(path)
    url.search = 'mode=rw'
    return new (process.getBuiltinModule('node:sqlite').DatabaseSync)(url, { timeout: 0 })
  } catch {
    return undefined
  }
}

function inode(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino
}
