import type { Base } from './base-directory.ts'
import type { AttemptLayout } from './cache-layout.ts'
import type { Published } from './find-workenv.ts'
import { slotPathIn, slotPaths } from './slot-paths.ts'
import { takeUse, type UseLock } from './use-lock.ts'
import type { WorkenvPlan } from './workenv-plan.ts'
import type { WorkenvRequest } from './workenv-request.ts'

/** A work environment that is ready to run from. */
export class Workenv {
  /** Absolute path of `{workenv}`. */
  readonly root: string
  /** Its name in the cache (workenv §3.1). */
  readonly key: string
  readonly base: Base
  readonly attempt: AttemptLayout
  /** Unpacked by this run. */
  readonly fresh: boolean
  readonly #plan: WorkenvPlan
  readonly #slots: WorkenvRequest['pkg']['slots']
  /** By index: slots that lie beside the tree (workenv §9). */
  readonly #directories = new Map<number, string>()
  readonly #onRelease: (() => void)[] = []
  #use: UseLock | undefined

  constructor({ plan, pkg }: Pick<WorkenvRequest, 'plan' | 'pkg'>, { site, attempt }: Published, isFresh: boolean) {
    this.root = attempt.root
    this.key = site.key
    this.base = site.base
    this.attempt = attempt
    this.fresh = isFresh
    this.#plan = plan
    this.#slots = pkg.slots
  }

  /** Has slots that every run, or every user, has a copy of. */
  get needsPrivateSlots(): boolean {
    return this.#plan.roles.some(role => role === 'volatile' || role === 'persistent')
  }

  /** Has slots that are unpacked when the program asks for them. */
  get hasLazySlots(): boolean {
    return this.#plan.roles.includes('lazy')
  }

  /** Has slots that go when the program ends: whoever can wait for that should, and call `release`. */
  get hasVolatileSlots(): boolean {
    return this.#plan.roles.includes('volatile')
  }

  /** Place of each slot, by index (spec §5.5). */
  get slotPaths(): string[] {
    return slotPaths(this.#slots, this.attempt, this.#directories)
  }

  /** Places that a program finds by a variable (spec §7.4): volatile, persistent and lazy slots, by slot id. */
  get slotDirectories(): Record<string, string> {
    const paths: Record<string, string> = Object.create(null)
    for (const slot of this.#slots) {
      const directory = this.#directories.get(slot.index)
      if (directory !== undefined) paths[slot.id] = slotPathIn(directory, slot)
    }
    return paths
  }

  /** Notes where a slot beside the tree lies, and what to do with it at the end. */
  place(slot: number, directory: string): void {
    this.#directories.set(slot, directory)
  }

  onRelease(action: () => void): void {
    this.#onRelease.push(action)
  }

  /**
   * workenv §8.2: marks it as in use for as long as this process lives. Where that cannot be, the last use marks it for 24 hours all the
   * same.
   * @param remakesLock where its lock file was lost, and not with what it belongs to
   * @returns false where somebody removes it, or may have done so since it was found
   */
  hold(remakesLock = true): boolean {
    if (this.base.isReadOnly || this.#use !== undefined) return true
    const use = takeUse(this.attempt.lock, remakesLock)
    if (typeof use !== 'string') this.#use = use
    return use !== 'busy' && use !== 'gone'
  }

  /** The same for the program that this process becomes, and for whatever that starts. */
  holdAcrossExec(): void {
    this.hold()
    this.#use?.surviveExec()
  }

  /** Removes what was made for this run alone, and the mark of use. */
  release(): void {
    for (const action of this.#onRelease.splice(0)) action()
    this.#use?.release()
    this.#use = undefined
  }
}
