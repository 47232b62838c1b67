import { closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs'
import { inherited, type Libc, loadLibc } from './libc.ts'
import { makeLockFile, tryLock } from './os-lock.ts'
import { errorCode } from './rung-failure.ts'

/** How often a lock is taken again because its file was replaced meanwhile. */
const RETRIES = 16
/** fcntl(2): locks that belong to what was opened, on Linux. */
const F_OFD_GETLK = 36
const F_OFD_SETLK = 37
const F_RDLCK = 0
const F_UNLCK = 2
/** workenv §8.1: what a shared lock lies on. */
const FIRST_SHARED_BYTE = 1_073_741_826n
const SHARED_BYTES = 510n

/** Held by whoever uses a published attempt. */
export interface UseLock {
  /** Keeps it for the program that this process becomes, and for whatever that starts. */
  surviveExec(): void
  release(): void
}

/**
 * workenv §8.2: the shared lock of an attempt. On Linux a tenth of what it takes to load node:sqlite, because every start of a program
 * waits for it, and one that an execve keeps.
 * @param remakes makes the lock file where it is not there
 * @returns `busy`: somebody removes the attempt; `gone`: the lock file is, so that somebody may have; undefined: there are no locks here
 */
export function takeUse(path: string, remakes: boolean): UseLock | 'busy' | 'gone' | undefined {
  const libc = process.platform === 'linux' ? loadLibc() : undefined
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined && !(remakes && makeLockFile(path))) return 'gone'
    return libc === undefined ? takeByNode(path) : takeOpened(path, libc)
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? 'gone' : undefined
  }
}

function takeByNode(path: string): UseLock | 'busy' | undefined {
  const lock = tryLock(path, 'shared')
  if (lock === 'busy' || !lock.isReal) return lock === 'busy' ? lock : undefined
  return { surviveExec() {}, release: () => lock.release() }
}

function takeOpened(path: string, libc: Libc): UseLock | 'busy' | undefined {
  for (let turn = 0; turn < RETRIES; turn++) {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    const taken = takeShared(fd, libc)
    if (taken === 'held' && isNamed(path, fd)) return useLock(fd, libc)
    closeSync(fd)
    if (taken === 'impossible') return undefined
    if (taken === 'busy') return 'busy'
  }
  return 'busy'
}

function takeShared(fd: number, libc: Libc): 'held' | 'busy' | 'free' | 'impossible' {
  const lock = sharedRange()
  if (libc.fcntl(fd, F_OFD_SETLK, lock) === 0) return 'held'
  // Node does not tell why a call of the C library failed.
  if (libc.fcntl(fd, F_OFD_GETLK, lock) !== 0) return 'impossible'
  return lock.readInt16LE(0) === F_UNLCK ? 'free' : 'busy'
}

/** `struct flock` of 64-bit Linux: type and whence (16 bits each), start and length (64 bits each), process (0 for these locks). */
function sharedRange(): Buffer {
  const lock = Buffer.alloc(32)
  lock.writeInt16LE(F_RDLCK, 0)
  lock.writeBigInt64LE(FIRST_SHARED_BYTE, 8)
  lock.writeBigInt64LE(SHARED_BYTES, 16)
  return lock
}

/** workenv §8.1. */
function isNamed(path: string, fd: number): boolean {
  const [here, open] = [lstatSync(path, { throwIfNoEntry: false }), fstatSync(fd)]
  return here?.ino === open.ino && here.dev === open.dev
}

function useLock(opened: number, libc: Libc): UseLock {
  let fd: number | undefined = opened
  return {
    surviveExec() {
      if (fd !== undefined) fd = inherited(fd, libc) ?? fd
    },
    release() {
      if (fd !== undefined) closeSync(fd)
      fd = undefined
    },
  }
}
