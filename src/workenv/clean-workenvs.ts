import { lstatSync } from 'node:fs'
import type { Base } from './base-directory.ts'
import { entriesIn, neededTrees, publishedIn, sharedIn, usableBases } from './cache-contents.ts'
import { CacheLayout } from './cache-layout.ts'
import { type CandidateContext, CleaningCandidate } from './cleaning-candidate.ts'
import { planCleaning } from './cleaning-plan.ts'
import { diskUsage } from './disk-usage.ts'
import { removeLeftovers } from './leftovers.ts'
import { type Environment, type Machine, thisMachine } from './machine.ts'
import { type ProcessNames, readProcesses } from './processes.ts'
import type { Removal } from './removal.ts'
import { removeShared } from './remove-shared.ts'
import { ownPath, removeEntry } from './remove-workenv.ts'

const DAY_MILLISECONDS = 24 * 3600 * 1000
const DEFAULT_AGE = 30 * DAY_MILLISECONDS

/** What goes. Without `keep`, `maxSize` and `all`, `maxAge` is 30 days. */
export interface CleanOptions {
  /** Milliseconds: work environments that were last used longer ago than this. */
  readonly maxAge?: number | undefined
  /** So many versions of each package stay, the newest; without `maxAge` and `maxSize` all others go. */
  readonly keep?: number | undefined
  /** Bytes: those that were not used for the longest time go until all that is left takes no more. */
  readonly maxSize?: number | undefined
  /** Also what was used within 24 hours, which asks for each by name; without the others, every one. */
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
  /** With `maxSize`: the bytes of the work environments that are left, and of the slots that they share. */
  readonly left?: number
}

/** workenv §10: removes old work environments, shared slots that nobody needs, and what dead processes left, in every base. */
export function cleanWorkenvs(environment: Environment, options: CleanOptions = {}): CleanReport {
  const machine = thisMachine(environment)
  const processes = readProcesses(machine.platform)
  const bases = usableBases(machine).filter(({ path, isReadOnly }) => !isReadOnly && (options.base ?? path) === path)
  const { removed, kept, left } = cleanEntries(bases, options, machine, processes)
  for (const base of bases) {
    // Before the shared slots: a dead attempt still says which of them it needs.
    removed.push(...cleanLeftovers(base, machine, options))
    removed.push(...cleanShared(base, options, processes, removed))
  }
  const bytes = removed.reduce((sum, one) => sum + one.bytes, 0)
  return { removed, kept, bytes, ...(left === undefined ? {} : { left }) }
}

interface CleanedEntries {
  readonly removed: Removal[]
  readonly kept: { id: string; reason: string }[]
  readonly left: number | undefined
}

function cleanEntries(
  bases: readonly Base[],
  options: CleanOptions,
  machine: Machine,
  processes: ProcessNames | undefined,
): CleanedEntries {
  const { maxSize, keep, all = false, dryRun = false } = options
  const isOpen = keep === undefined && maxSize === undefined && !all
  const maxAge = options.maxAge ?? (isOpen ? DEFAULT_AGE : undefined)
  const now = Date.now()
  const context: CandidateContext = { now, processes, isAll: all, isSized: maxSize !== undefined }
  const candidates = bases
    .flatMap(base => entriesIn(base, machine.platform))
    .map(entry => new CleaningCandidate(entry, context))
  const shared = maxSize === undefined ? new Map<string, number>() : sharedSizes(bases)
  const plan = planCleaning(candidates, shared, { maxAge, maxSize, keep }, now)
  const removed: Removal[] = []
  const kept = plan.stay.map(({ entry, stays = '' }) => ({ id: entry.id, reason: stays }))
  let left = plan.bytes
  for (const { entry: candidate } of plan.go) {
    const result = removeEntry(candidate.entry, processes, dryRun)
    if (typeof result !== 'string') removed.push(result)
    else {
      kept.push({ id: candidate.entry.id, reason: result })
      left += candidate.bytes
    }
  }
  return { removed, kept, left: maxSize === undefined ? undefined : left }
}

function sharedSizes(bases: readonly Base[]): Map<string, number> {
  const layouts = bases.map(({ path }) => new CacheLayout(path))
  const directories = layouts.flatMap(layout => sharedIn(layout).map(tree => layout.shared(tree).directory))
  return new Map(directories.map(directory => [directory, diskUsage(directory).bytes]))
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
  const gone = new Set(removed.map(({ path }) => path))
  const rest = publishedIn(base).filter(entry => !gone.has(ownPath(entry)))
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
