import { compareVersions } from '../format/version-order.ts'

/** What the decision about cleaning knows of one work environment. */
export interface CleaningEntry {
  /** Package name; entries of one name are versions of each other. */
  readonly name: string
  readonly version: string
  /** Milliseconds since 1970. */
  readonly lastUse: number
  /** Bytes of its own, without shared slots. */
  readonly bytes: number
  /** Ids of the shared slots that it links to, different in different bases. */
  readonly shares: readonly string[]
  /** False for what is in use (workenv §10.1) or not ours to remove: it counts, and stays. */
  readonly mayGo: boolean
}

/** What was asked for. Nothing at all asks for every entry. */
export interface CleaningWish {
  /** Milliseconds: those that were not used for as long. */
  readonly maxAge?: number | undefined
  /** Bytes: as many of those that were not used for the longest time as it takes for all to fit. */
  readonly maxSize?: number | undefined
  /** So many of each package name stay whatever else is asked for: the newest versions, of one version the last used. */
  readonly keep?: number | undefined
}

/** Why an entry goes: it was not used for long, the cache is too large, or there are newer versions (or everything goes). */
export type CleaningReason = 'age' | 'size' | 'surplus'

export interface CleaningPlan<E> {
  /** The longest unused first. */
  readonly go: readonly { readonly entry: E; readonly reason: CleaningReason }[]
  /** Asked for, but may not go. */
  readonly stay: readonly E[]
  /** Bytes that are left, shared slots counted once. */
  readonly bytes: number
}

/**
 * Which work environments go: a pure decision, without a clock and without files.
 * @param shared bytes of each shared slot by its id; one that is not named counts nothing
 * @param now milliseconds since 1970
 */
export function planCleaning<E extends CleaningEntry>(
  entries: readonly E[],
  shared: ReadonlyMap<string, number>,
  wish: CleaningWish,
  now: number,
): CleaningPlan<E> {
  const { maxAge, maxSize, keep = 0 } = wish
  const kept = newestOfEach(entries, keep)
  const usage = new Usage(entries, shared)
  const go: { entry: E; reason: CleaningReason }[] = []
  const stay: E[] = []
  const take = (entry: E, reason: CleaningReason) => {
    if (!entry.mayGo) {
      stay.push(entry)
      return
    }
    go.push({ entry, reason })
    usage.remove(entry)
  }
  const rest: E[] = []
  for (const entry of longestUnusedFirst(entries.filter(entry => !kept.has(entry)))) {
    // A last use in the future is that of a clock that was wrong: as good as now.
    if (maxAge !== undefined && now - entry.lastUse >= maxAge) take(entry, 'age')
    else if (maxAge === undefined && maxSize === undefined) take(entry, 'surplus')
    else rest.push(entry)
  }
  if (maxSize !== undefined) {
    for (const entry of rest) if (usage.bytes > maxSize) take(entry, 'size')
  }
  return { go, stay, bytes: usage.bytes }
}

/** Sum of a set of entries from which some are taken, shared slots counted once. */
class Usage {
  bytes = 0
  readonly #shared: ReadonlyMap<string, number>
  readonly #needers = new Map<string, number>()

  constructor(entries: readonly CleaningEntry[], shared: ReadonlyMap<string, number>) {
    this.#shared = shared
    for (const { bytes, shares } of entries) {
      this.bytes += bytes
      for (const id of new Set(shares)) this.#count(id, 1)
    }
  }

  remove({ bytes, shares }: CleaningEntry): void {
    this.bytes -= bytes
    for (const id of new Set(shares)) this.#count(id, -1)
  }

  #count(id: string, change: 1 | -1): void {
    const before = this.#needers.get(id) ?? 0
    this.#needers.set(id, before + change)
    if (before === 0) this.bytes += this.#shared.get(id) ?? 0
    else if (before + change === 0) this.bytes -= this.#shared.get(id) ?? 0
  }
}

function newestOfEach<E extends CleaningEntry>(entries: readonly E[], keep: number): Set<E> {
  const byName = Map.groupBy(entries, ({ name }) => name)
  return new Set([...byName.values()].flatMap(group => newestFirst(group).slice(0, keep)))
}

function newestFirst<E extends CleaningEntry>(entries: readonly E[]): E[] {
  return [...entries].sort((a, b) => compareVersions(b.version, a.version) || b.lastUse - a.lastUse)
}

function longestUnusedFirst<E extends CleaningEntry>(entries: readonly E[]): E[] {
  return [...entries].sort((a, b) => a.lastUse - b.lastUse)
}
