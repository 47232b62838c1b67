import type { CleanReport } from '../../workenv/clean-workenvs.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatBytes } from '../ui/quantity.ts'
import { formatTable } from '../ui/table.ts'

/** What cleaning removed, or would: one line each, then those that are in use. */
export function cleanText({ removed, kept }: CleanReport): string {
  const stay = kept.map(({ id, reason }) => ['kept', plainText(id), plainText(reason)])
  return `${removalText(removed)}${lines(formatTable(stay))}`
}

/** One line for each entry that goes. */
export function removalText(removed: CleanReport['removed']): string {
  return lines(
    formatTable(
      removed.map(({ kind, id, bytes }) => [kind, plainText(id), formatBytes(bytes)]),
      [2],
    ),
  )
}

function lines(table: readonly string[]): string {
  return table.map(line => `${line}\n`).join('')
}
