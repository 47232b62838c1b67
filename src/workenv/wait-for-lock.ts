import { setTimeout } from 'node:timers/promises'
import { type OsLock, tryLock } from './os-lock.ts'

const POLL_MILLISECONDS = 10

export interface WaitOptions<T> {
  /** How long to wait before the work is done without the lock (workenv §8.2). */
  readonly limitSeconds: number
  /** What somebody else has made meanwhile; looked for before and while waiting, and once more under the lock. */
  readonly look: () => T | undefined
  readonly onWait?: () => void
}

/** workenv §6.1: does the work under an exclusive lock, or takes what its holder made. The lock only spares double work. */
export async function underLock<T>(path: string, options: WaitOptions<T>, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + options.limitSeconds * 1000
  for (let turn = 0; ; turn++) {
    const found = options.look()
    if (found !== undefined) return found
    const lock = tryLock(path, 'exclusive')
    if (lock !== 'busy') return workUnder(lock, options.look, work)
    if (Date.now() >= deadline) return work()
    if (turn === 0) options.onWait?.()
    await setTimeout(POLL_MILLISECONDS)
  }
}

async function workUnder<T>(lock: OsLock, look: () => T | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return look() ?? (await work())
  } finally {
    lock.release()
  }
}
