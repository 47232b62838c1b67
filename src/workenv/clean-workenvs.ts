import { lstatSync } from 'node:fs'
import type { Base } from './base-directory.ts'
import { isRecent, neededTrees, publishedIn, sharedIn, usableBases } from './cache-contents.ts'
import { CacheLayout } from './cache-layout.ts'
import { diskUsage } from './disk-usage.ts'
import { removeLeftovers } from './leftovers.ts'
import { type Environment, type Machine, thisMachine } from './machine.ts'
import { type ProcessNames, readProcesses } from './processes.ts'
import { removeShared } from './remove-shared.ts'
import { type Removal, removeEntry } from './remove-workenv.ts'

const DAY_MILLISECONDS = 24 * 3600 * 1000
const DEFAULT_DAYS = 30

export interface CleanOptions {
  /** Work environments that were last used longer ago than this; 30 by default. */
  readonly olderThanDays?: number
  /** Every one of them, which asks for each by name. */
  readonly all?: boolean
  readonly dryRun?: boolean
  /** Only the base of this path; every base of the ladder by default. */
  readonly base?: string
}

export interface CleanReport {
  readonly removed: readonly Removal[]
  /** Work environments that were asked for and are in use. */
  readonly kept: readonly { readonly id: string; readonly reason: string }[]
  /** Sum of what was removed, or would be. */
  readonly bytes: number
}

/** workenv §10: removes old work environments, shared slots that nobody needs, and what dead processes left, in every base. */
export function cleanWorkenvs(environment: Environment, options: CleanOptions = {}): CleanReport {
  const machine = thisMachine(environment)
  const processes = readProcesses(machine.platform)
  const removed: Removal[] = []
  const kept: { id: string; reason: string }[] = []
  for (const base of usableBases(machine)) {
    if (base.isReadOnly || (options.base ?? base.path) !== base.path) continue
    cleanEntries(base, options, processes, removed, kept)
    // Before the shared slots: a dead attempt still says which of them it needs.
    removed.push(...cleanLeftovers(base, machine, options))
    removed.push(...cleanShared(base, options, processes, removed))
  }
  return { removed, kept, bytes: removed.reduce((sum, one) => sum + one.bytes, 0) }
}

function cleanEntries(
  base: Base,
  options: CleanOptions,
  processes: ProcessNames | undefined,
  removed: Removal[],
  kept: { id: string; reason: string }[],
): void {
  const now = Date.now()
  const limit = now - (options.olderThanDays ?? DEFAULT_DAYS) * DAY_MILLISECONDS
  for (const entry of publishedIn(base)) {
    if (options.all !== true && entry.lastUse.getTime() > limit) continue
    // Without /proc, the last use is all that tells of a program that a launcher became.
    const isAskedFor = options.all === true && processes !== undefined
    if (!isAskedFor && isRecent(entry, now)) {
      kept.push({ id: entry.key, reason: 'it was used within 24 hours' })
      continue
    }
    const result = removeEntry(entry, processes, options.dryRun ?? false)
    if (typeof result === 'string') kept.push({ id: entry.key, reason: result })
    else removed.push(result)
  }
}

/** workenv §10.3. In a dry run, what only removed work environments need counts as needed by nobody. */
function cleanShared(
  base: Base,
  options: CleanOptions,
  processes: ProcessNames | undefined,
  removedEntries: readonly Removal[],
): Removal[] {
  const layout = new CacheLayout(base.path)
  const needed = options.dryRun === true ? neededByOthers(base, removedEntries) : neededTrees(layout)
  if (needed === undefined) return []
  return sharedIn(layout).flatMap(tree => {
    const shared = layout.shared(tree)
    const isRecentlyMade = options.all !== true && isYoung(shared.listing, shared.checked)
    if (needed.has(tree) || isRecentlyMade || processes?.mention(shared.directory) === true) return []
    const removal: Removal = {
      kind: 'shared slot',
      id: tree,
      path: shared.directory,
      bytes: diskUsage(shared.directory).bytes,
    }
    return options.dryRun === true || removeShared(layout, base, tree) ? [removal] : []
  })
}

function neededByOthers(base: Base, removed: readonly Removal[]): Set<string> {
  const gone = new Set(removed.map(({ id }) => id))
  const rest = publishedIn(base).filter(({ key }) => !gone.has(key))
  return new Set(rest.flatMap(({ about }) => about?.shares ?? []))
}

function isYoung(...paths: readonly string[]): boolean {
  return paths.some(path => {
    const status = lstatSync(path, { throwIfNoEntry: false })
    return status !== undefined && Date.now() - status.mtimeMs < DAY_MILLISECONDS
  })
}

function cleanLeftovers(base: Base, machine: Machine, { dryRun = false }: CleanOptions): Removal[] {
  const layout = new CacheLayout(base.path)
  const sized = new Map(
    removeLeftovers(layout, machine, { dryRun: true }).map(path => [path, diskUsage(path).bytes] as const),
  )
  const paths = dryRun ? [...sized.keys()] : removeLeftovers(layout, machine)
  return paths.map(path => ({ kind: 'leftover', id: path, path, bytes: sized.get(path) ?? 0 }))
}
