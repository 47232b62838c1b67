import { lstatSync, renameSync } from 'node:fs'
import type { Base } from './base-directory.ts'
import { neededTrees } from './cache-contents.ts'
import type { CacheLayout } from './cache-layout.ts'
import { releaseAndRemove, tryLock } from './os-lock.ts'
import { Staging } from './staging.ts'

/**
 * workenv §10.3: removes a shared slot that nobody needs. Looked for under its lock, out of sight, and once more: whoever links to it
 * since gets it back, or makes it anew.
 * @returns whether it is gone
 */
export function removeShared(layout: CacheLayout, base: Base, tree: string): boolean {
  const shared = layout.shared(tree)
  if (lstatSync(shared.directory, { throwIfNoEntry: false }) === undefined) return false
  const lock = tryLock(shared.lock, 'exclusive')
  if (lock === 'busy') return false
  if (neededTrees(layout)?.has(tree) !== false) {
    lock.release()
    return false
  }
  const staging = Staging.open(layout, base)
  try {
    const taken = staging.takeIn(shared.directory)
    if (taken === undefined) return false
    if (neededTrees(layout)?.has(tree) !== false) {
      renameSync(taken, shared.directory)
      return false
    }
    releaseAndRemove(shared.lock, lock)
    return true
  } finally {
    staging.remove()
    lock.release()
  }
}
