import { join } from 'node:path'

/** workenv §2: every path in a base. */
export class CacheLayout {
  readonly base: string
  readonly envs: string
  readonly slots: string
  readonly staging: string
  readonly runs: string

  constructor(base: string) {
    this.base = base
    this.envs = join(base, 'envs')
    this.slots = join(base, 'slots')
    this.staging = join(base, 'staging')
    this.runs = join(base, 'runs')
  }

  seal(key: string): string {
    return join(this.envs, `${key}.seal`)
  }

  keyLock(key: string): string {
    return join(this.envs, `${key}.lock`)
  }

  attempt(key: string, number: number): AttemptLayout {
    return new AttemptLayout(join(this.envs, `${key}.${number}`), number)
  }

  shared(tree: string): SharedLayout {
    return new SharedLayout(join(this.slots, tree))
  }
}

/** workenv §2: one attempt. */
export class AttemptLayout {
  readonly directory: string
  readonly number: number
  readonly lock: string
  readonly root: string
  readonly about: string
  readonly listings: string
  readonly seal: string
  readonly settled: string

  constructor(directory: string, number: number) {
    this.directory = directory
    this.number = number
    this.lock = `${directory}.lock`
    this.root = join(directory, 'root')
    this.about = join(directory, 'about')
    this.listings = join(directory, 'listing')
    this.seal = join(directory, 'seal')
    this.settled = join(directory, 'settled')
  }

  listing(slot: number | 'setup'): string {
    return join(this.listings, `${slot}`)
  }
}

/** workenv §2: one shared slot. */
export class SharedLayout {
  readonly directory: string
  readonly lock: string
  readonly tree: string
  readonly listing: string
  readonly checked: string

  constructor(directory: string) {
    this.directory = directory
    this.lock = `${directory}.lock`
    this.tree = join(directory, 'tree')
    this.listing = join(directory, 'listing')
    this.checked = join(directory, 'checked')
  }
}
