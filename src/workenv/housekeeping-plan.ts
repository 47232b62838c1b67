import type { Budgets } from './budgets.ts'
import { type CleaningEntry, planCleaning } from './cleaning-plan.ts'

/** workenv §10.1. */
const RECENT_MILLISECONDS = 24 * 3600 * 1000

/** What the decision knows of one work environment. */
export interface HousekeepingEntry extends Omit<CleaningEntry, 'mayGo'> {
  readonly key: string
  readonly inUse: boolean
}

/**
 * workenv §10.5: keys, in the order in which they go after a first run: old versions of the package, then as many work environments of
 * any package as it takes for the rest to fit.
 * @param current the key that was just published
 * @param shared bytes of each shared slot by its tree hash
 * @param now milliseconds since 1970
 */
export function planHousekeeping(
  entries: readonly HousekeepingEntry[],
  shared: ReadonlyMap<string, number>,
  current: string,
  { maxAge, maxSize }: Budgets,
  now: number,
): string[] {
  const name = entries.find(({ key }) => key === current)?.name
  const known = entries.map(entry => ({ ...entry, mayGo: mayGo(entry, current, now) }))
  // Without a limit, `planCleaning` would be asked for everything.
  const old =
    maxAge === undefined
      ? []
      : keysOf(
          planCleaning(
            known.filter(entry => entry.name === name),
            shared,
            { maxAge },
            now,
          ),
        )
  const rest = known.filter(({ key }) => !old.includes(key))
  const surplus = maxSize === undefined ? [] : keysOf(planCleaning(rest, shared, { maxSize }, now))
  return [...old, ...surplus]
}

function mayGo({ key, inUse, lastUse }: HousekeepingEntry, current: string, now: number): boolean {
  return !inUse && key !== current && Math.abs(now - lastUse) >= RECENT_MILLISECONDS
}

function keysOf({ go }: { readonly go: readonly { readonly entry: HousekeepingEntry }[] }): string[] {
  return go.map(({ entry }) => entry.key)
}
