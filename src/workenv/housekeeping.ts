import { readAbout } from './about.ts'
import type { Base } from './base-directory.ts'
import { type Budgets, readBudgets } from './budgets.ts'
import { type CacheEntry, neededTrees, publishedIn, sharedIn } from './cache-contents.ts'
import { CacheLayout } from './cache-layout.ts'
import { diskUsage } from './disk-usage.ts'
import { planHousekeeping } from './housekeeping-plan.ts'
import { usedBy } from './in-use.ts'
import { isOld, listEnvs } from './leftovers.ts'
import type { Log } from './log.ts'
import type { Machine } from './machine.ts'
import { type ProcessNames, readProcesses } from './processes.ts'
import { removeShared } from './remove-shared.ts'
import { removeOwn } from './remove-workenv.ts'
import type { Workenv } from './workenv.ts'

/** workenv §10.5: how long a program may wait for what cannot be done beside it. */
const IN_LINE_MILLISECONDS = 5

/** workenv §10.5: what a first run removes of the cache when it is done. */
export class Housekeeping {
  readonly #base: Base
  readonly #layout: CacheLayout
  /** The work environment that was just published. */
  readonly #key: string
  readonly #budgets: Budgets
  readonly #machine: Machine

  private constructor({ base, key }: Workenv, budgets: Budgets, machine: Machine) {
    this.#base = base
    this.#layout = new CacheLayout(base.path)
    this.#key = key
    this.#budgets = budgets
    this.#machine = machine
  }

  /**
   * Settings that cannot be understood are told now, while there is somebody to read it.
   * @returns undefined where nothing can be removed: most first runs end here
   */
  static async after(workenv: Workenv, machine: Machine, log: Log): Promise<Housekeeping | undefined> {
    if (workenv.base.isReadOnly) return undefined
    const layout = new CacheLayout(workenv.base.path)
    const own = readAbout(workenv.attempt.about)?.shares ?? []
    const isAlone = listEnvs(layout.envs).keys.every(key => key === workenv.key)
    if (isAlone && sharedIn(layout).every(tree => own.includes(tree))) return undefined
    const { budgets, warnings } = await readBudgets(machine)
    for (const warning of warnings) log('warn', warning)
    const isOff = budgets.maxAge === undefined && budgets.maxSize === undefined
    return isOff ? undefined : new Housekeeping(workenv, budgets, machine)
  }

  /** All of it. Never fails: what cannot be removed now is removed later. Returns the paths that were removed. */
  run(): string[] {
    const processes = readProcesses(this.#machine.platform)
    const removed = this.#removeWorkenvs(this.#budgets, processes)
    return [...removed, ...this.#removeUnneeded(processes)]
  }

  /** In some milliseconds, but one at least: old versions are taken out of sight and deleted by the next first run; sizes would take too long. */
  runInLine(): void {
    const end = performance.now() + IN_LINE_MILLISECONDS
    const processes = readProcesses(this.#machine.platform)
    this.#removeWorkenvs({ ...this.#budgets, maxSize: undefined }, processes, end)
  }

  #removeWorkenvs(budgets: Budgets, processes: ProcessNames | undefined, end?: number): string[] {
    const entries = publishedIn(this.#base)
    const measures = budgets.maxSize !== undefined
    const known = entries.map(entry => ({
      key: entry.key,
      // One that says nothing about itself is nobody's version.
      name: entry.about?.name ?? '',
      version: entry.about?.version ?? '',
      lastUse: entry.lastUse.getTime(),
      bytes: measures && entry.attempt !== undefined ? diskUsage(entry.attempt.directory).bytes : 0,
      shares: entry.about?.shares ?? [],
      inUse: entry.key !== this.#key && isUsed(entry, processes),
    }))
    const trees = measures ? sharedIn(this.#layout) : []
    const shared = new Map(trees.map(tree => [tree, diskUsage(this.#layout.shared(tree).directory).bytes]))
    return planHousekeeping(known, shared, this.#key, budgets, Date.now()).flatMap((key, at) => {
      const entry = entries.find(entry => entry.key === key)
      if (entry === undefined || (at > 0 && end !== undefined && performance.now() >= end)) return []
      const removal = quietly(() => removeOwn(entry, processes, false, undefined, end === undefined))
      return typeof removal === 'object' ? [removal.path] : []
    })
  }

  /** workenv §10.3. */
  #removeUnneeded(processes: ProcessNames | undefined): string[] {
    const needed = neededTrees(this.#layout)
    return sharedIn(this.#layout).flatMap(tree => {
      const { directory, listing, checked } = this.#layout.shared(tree)
      const isYoung = !isOld(listing) || !isOld(checked)
      if (needed?.has(tree) !== false || isYoung || processes?.mention(directory) === true) return []
      return quietly(() => removeShared(this.#layout, this.#base, tree)) === true ? [directory] : []
    })
  }
}

/** A lock that cannot even be looked at says nothing: it stays. */
function isUsed(entry: CacheEntry, processes: ProcessNames | undefined): boolean {
  return quietly(() => usedBy(entry, processes) !== undefined) ?? true
}

function quietly<T>(remove: () => T): T | undefined {
  try {
    return remove()
  } catch {
    return undefined
  }
}
