import { type Entry, entryUsage } from './cache-contents.ts'
import { CacheLayout } from './cache-layout.ts'
import type { CleaningEntry } from './cleaning-plan.ts'
import { describeUse, isRecent, usedBy } from './in-use.ts'
import type { ProcessNames } from './processes.ts'

export interface CandidateContext {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly processes: ProcessNames | undefined
  /** What was used within 24 hours may go too. */
  readonly isAll: boolean
  /** Sizes matter; measuring them walks through every tree. */
  readonly isSized: boolean
}

/** A work environment as the decision about cleaning sees it. Who uses it is found out only where it is asked for: that takes locks. */
export class CleaningCandidate implements CleaningEntry {
  readonly entry: Entry
  readonly name: string
  readonly version: string
  readonly lastUse: number
  readonly bytes: number
  readonly shares: readonly string[]
  readonly #context: CandidateContext
  #judged: { readonly stays: string | undefined } | undefined

  constructor(entry: Entry, context: CandidateContext) {
    this.entry = entry
    this.name = entry.name
    this.version = entry.version
    this.lastUse = entry.lastUse.getTime()
    this.bytes = context.isSized ? entryUsage(entry).bytes : 0
    this.shares = sharedDirectories(entry)
    this.#context = context
  }

  get mayGo(): boolean {
    return this.stays === undefined
  }

  /** Why it stays whatever is asked for (workenv §10.1). */
  get stays(): string | undefined {
    this.#judged ??= { stays: this.#judge() }
    return this.#judged.stays
  }

  #judge(): string | undefined {
    const { now, processes, isAll } = this.#context
    // Without /proc, the last use is all that tells of a program that a launcher became.
    const isAskedFor = isAll && processes !== undefined
    if (!isAskedFor && isRecent(this.entry, now)) return 'it was used within 24 hours'
    const use = usedBy(this.entry, processes)
    return use === undefined ? undefined : describeUse(use)
  }
}

/** Of the same tree there is one in each base. */
function sharedDirectories(entry: Entry): string[] {
  if (entry.kind !== 'workenv') return []
  const layout = new CacheLayout(entry.base.path)
  return (entry.about?.shares ?? []).map(tree => layout.shared(tree).directory)
}
