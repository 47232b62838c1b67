import { randomBytes } from 'node:crypto'
import { lstatSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDirectory } from '../files/ensure-directory.ts'
import type { Base } from './base-directory.ts'
import type { CacheLayout } from './cache-layout.ts'
import { claimLock, type OsLock, releaseAndRemove } from './os-lock.ts'
import { removeTree } from './remove-tree.ts'
import { errorCode } from './rung-failure.ts'

/** workenv §2: 16 hex digits. */
export const RANDOM_NAME = /^[0-9a-f]{16}$/

/** A directory for unfinished work and for what is on its way out, owned by whoever holds its lock (workenv §8.3). */
export class Staging {
  readonly path: string
  readonly #lock: OsLock
  #moved = 0

  private constructor(path: string, lock: OsLock) {
    this.path = path
    this.#lock = lock
  }

  static open(layout: CacheLayout, base: Base): Staging {
    return Staging.claim(layout.staging, base.directoryMode)
  }

  /** A new directory in `parent`. */
  static claim(parent: string, mode: number): Staging {
    ensureDirectory(parent, mode)
    for (;;) {
      const path = join(parent, randomBytes(8).toString('hex'))
      const lock = claimLock(`${path}.lock`)
      if (lock === undefined) continue
      try {
        mkdirSync(path, { mode: 0o700 })
      } catch (error) {
        releaseAndRemove(`${path}.lock`, lock)
        throw error
      }
      return new Staging(path, lock)
    }
  }

  /** Takes something out of sight at once; it goes with the rest. Undefined where it is gone already. */
  takeIn(path: string): string | undefined {
    const place = join(this.path, `out-${this.#moved++}`)
    try {
      renameSync(path, place)
      return place
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined
      throw error
    }
  }

  /** Renames `from` to `to`, over whatever is there: a directory, which no file can be renamed over, is taken in first. */
  putInPlace(from: string, to: string): void {
    if (lstatSync(to, { throwIfNoEntry: false })?.isDirectory() === true) this.takeIn(to)
    renameSync(from, to)
  }

  /** Leaves what is in it to the next first run (workenv §8.3), which is faster than to delete it. */
  leave(): void {
    this.#lock.release()
  }

  remove(): void {
    removeTree(this.path)
    releaseAndRemove(`${this.path}.lock`, this.#lock)
  }
}
