import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate } from 'node:timers/promises'

/** What runs for one piece of work. */
export interface Cancellation {
  readonly signal: AbortSignal
  /** Programs that have not ended yet. */
  readonly programs: Set<Promise<unknown>>
}

const current = new AsyncLocalStorage<Cancellation>()

/** That of the work around the caller; undefined where nobody can cancel it. */
export function currentCancellation(): Cancellation | undefined {
  return current.getStore()
}

/**
 * Does work whose programs (`runCommand`) end when `signal` says so, and then throws the signal's reason. The context goes along by
 * itself: a resolver ten calls below need not know of it. Failed work has settled when this returns: what ran beside the part that
 * failed has ended too, and has taken its temporary files away.
 */
export async function cancellable<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  const cancellation: Cancellation = { signal, programs: new Set() }
  try {
    return await current.run(cancellation, work)
  } finally {
    while (cancellation.programs.size > 0) {
      await Promise.allSettled(cancellation.programs)
      // Whoever waited for the programs goes on before we look again.
      await setImmediate()
    }
  }
}
