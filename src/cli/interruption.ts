import { cancellable } from '../tools/cancellation.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
export type InterruptSignal = (typeof SIGNALS)[number]

/** Thrown out of the work that a signal ended, so that every room on the way takes its temporary files away. */
export class Interrupted extends Error {
  readonly signal: InterruptSignal

  constructor(signal: InterruptSignal) {
    super(`interrupted by ${signal}`)
    this.name = 'Interrupted'
    this.signal = signal
  }
}

/**
 * Turns the first signal into an exception, for verbs that have something to take away again: of the program that is being waited for,
 * which is ended, else at the next progress event. A second one ends the process at once. Without `watch`, signals do what they always
 * do.
 */
export class Interruption {
  #signal: InterruptSignal | undefined
  readonly #work = new AbortController()

  readonly #receive = (signal: NodeJS.Signals): void => {
    if (this.#signal !== undefined) {
      this.dieBySignal()
      return
    }
    const known = SIGNALS.find(one => one === signal)
    this.#signal = known
    if (known !== undefined) this.#work.abort(new Interrupted(known))
  }

  /** The signal that arrived. */
  get signal(): InterruptSignal | undefined {
    return this.#signal
  }

  /** Does work whose programs end with it. */
  watched<Result>(work: () => Promise<Result>): Promise<Result> {
    return cancellable(this.#work.signal, work)
  }

  watch(): void {
    for (const signal of SIGNALS) process.on(signal, this.#receive)
  }

  /** Signals do again what they always do; one that came stays known. */
  unwatch(): void {
    for (const signal of SIGNALS) process.off(signal, this.#receive)
  }

  /** @throws Interrupted */
  check(): void {
    if (this.#signal !== undefined) throw new Interrupted(this.#signal)
  }

  /** Ends the process as the signal would have: a shell that runs a loop then stops it, which exit code 130 does not do. */
  dieBySignal(): void {
    if (this.#signal === undefined) return
    this.unwatch()
    process.kill(process.pid, this.#signal)
  }
}
