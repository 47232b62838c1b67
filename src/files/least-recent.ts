import { type Dirent, lstatSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'

export interface Bound {
  /** How many entries stay in any case: those that were used last. */
  readonly keep: number
  /** Milliseconds since its last use after which another one may go. Another process may be using what it found just now. */
  readonly unusedFor: number
}

/** No run takes as long. */
export const A_DAY = 24 * 3600 * 1000

/** Tells `removeLeastRecent` that an entry is in use. One in a cache of somebody else serves unmarked. */
export function markUse(entry: string): void {
  try {
    const now = new Date()
    utimesSync(entry, now, now)
  } catch {
    // It is not ours, or another process has removed it: then it is made again.
  }
}

/**
 * Removes the directories that were not used for the longest time, and what processes that were killed left in `.staging-*`. Never
 * fails: what cannot be removed stays.
 */
export function removeLeastRecent(directory: string, { keep, unusedFor }: Bound): void {
  const entries = directoriesIn(directory).map(name => ({
    name,
    path: join(directory, name),
    used: lastUse(join(directory, name)),
  }))
  const isOld = ({ used }: { readonly used: number }) => Date.now() - used >= unusedFor
  const leftovers = entries.filter(entry => entry.name.startsWith('.staging-') && Date.now() - entry.used >= A_DAY)
  const surplus = entries
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => b.used - a.used)
    .slice(keep)
    .filter(isOld)
  for (const { path } of [...leftovers, ...surplus]) remove(path)
}

function directoriesIn(directory: string): string[] {
  let entries: Dirent[]
  try {
    entries = readdirSync(directory, { withFileTypes: true })
  } catch {
    return []
  }
  return entries.filter(entry => entry.isDirectory()).map(({ name }) => name)
}

/** One that another process removes meanwhile counts as just used. */
function lastUse(path: string): number {
  return lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {
    // Somebody else's, or a file in use on Windows: the next one tries again.
  }
}
