import type { Difference } from '../package/difference/package-difference.ts'
import { plainText } from './ui/plain-text.ts'

/** Differences that are shown; two versions of a package may differ in every file. */
export const MAX_SHOWN = 1000

/** The first of the differences, and how many there are. */
export interface CountedDifferences {
  readonly shown: readonly Difference[]
  readonly total: number
}

export async function countDifferences(found: AsyncIterable<Difference>): Promise<CountedDifferences> {
  const shown: Difference[] = []
  let total = 0
  for await (const difference of found) {
    if (total < MAX_SHOWN) shown.push(difference)
    total += 1
  }
  return { shown, total }
}

/** One difference with what each side has below it. */
export function differencesText({ shown, total }: CountedDifferences): string {
  const lines = shown.map(({ kind, slot, path, a, b }) => {
    const where = [kind, slot === null ? '' : `of slot ${slot}`, path ?? ''].filter(text => text !== '').join(' ')
    const line = (sign: string, text: string | null) => (text === null ? '' : `  ${sign} ${plainText(text)}\n`)
    return `${plainText(where)}\n${line('-', a)}${line('+', b)}`
  })
  const more = total - shown.length
  return `${lines.join('')}${more > 0 ? `and ${more} more\n` : ''}`
}
