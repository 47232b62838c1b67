import { randomBytes } from 'node:crypto'
import { closeSync, fchmodSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { ensureDirectory } from '../files/ensure-directory.ts'
import { specialFile } from '../files/special-file.ts'
import { type OsLock, tryLock } from '../workenv/os-lock.ts'
import { TrustError } from './trust-error.ts'
import { isTrustDirectory, type Owners } from './trust-file.ts'

/** trust §5.1: how long a lock is waited for. Its holders read and write one file. */
const PATIENCE_MILLISECONDS = 10_000
const POLL_MILLISECONDS = 10

/** A directory of trust that is to be written to. */
export interface TrustDirectory {
  readonly path: string
  readonly keyring: 'system' | 'user'
  readonly owners: Owners
}

/**
 * trust §5.1: does work in a directory of trust, which is made where it is missing, while nobody else changes what is in it.
 * @throws TrustError TRUST_FILE_WRITE, TRUST_FILE_UNSAFE
 */
export async function changeTrust<T>(directory: TrustDirectory, work: () => T): Promise<T> {
  const { path, keyring, owners } = directory
  const lock = await writing(path, async () => {
    // What is pinned for everyone, everyone may read.
    ensureDirectory(path, keyring === 'system' ? 0o755 : 0o700)
    if (!isTrustDirectory(path, keyring, owners)) throw new Error('it vanished')
    return await lockOf(join(path, 'seen.lock'))
  })
  try {
    return work()
  } finally {
    lock.release()
  }
}

async function lockOf(path: string): Promise<OsLock> {
  const deadline = Date.now() + PATIENCE_MILLISECONDS
  for (;;) {
    const lock = tryLock(path, 'exclusive')
    if (lock !== 'busy') return lock
    if (Date.now() >= deadline) throw new Error('somebody else has held its lock for 10 seconds')
    await setTimeout(POLL_MILLISECONDS)
  }
}

/**
 * trust §5.1: replaces a file of trust in one step, through a temporary sibling. Through a symlink, what that leads to.
 * @throws TrustError TRUST_FILE_WRITE
 */
export function writeTrustFile(path: string, text: string, mode: number): void {
  const target = realPath(path)
  const temporary = join(dirname(target), `.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const special = specialFile(target)
    if (special !== undefined) throw new Error(`it is ${special}, expected a file`)
    const fd = openSync(temporary, 'wx', 0o600)
    try {
      writeFileSync(fd, text)
      fchmodSync(fd, mode)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    renameSync(temporary, target)
  } catch (cause) {
    dropTemporary(temporary)
    throw writeError(path, cause)
  }
}

/** Where it could not be made there is nothing to remove. */
function dropTemporary(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // Why it could not be written is told already.
  }
}

/** Removes a file of trust that says nothing any more. */
export function removeTrustFile(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch (cause) {
    throw writeError(path, cause)
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw cause instanceof TrustError ? cause : writeError(path, cause)
  }
}

function writeError(path: string, cause: unknown): TrustError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const hint = 'check the permissions and the free space; the system keyring is written as root'
  return new TrustError(
    'TRUST_FILE_WRITE',
    `${path}: cannot be written: ${reason} (trust §5.1)`,
    { file: path },
    { cause, hint },
  )
}
