import type { CleanReport } from '../../workenv/clean-workenvs.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatBytes } from '../ui/quantity.ts'
import { formatTable } from '../ui/table.ts'

/** What cleaning removed, or would: one line each, then those that are in use. */
export function cleanText({ removed, kept }: CleanReport): string {
  const rows = removed.map(({ kind, id, bytes }) => [kind, plainText(id), formatBytes(bytes)])
  const stay = kept.map(({ id, reason }) => ['kept', plainText(id), reason])
  return [...formatTable(rows, [2]), ...formatTable(stay)].map(line => `${line}\n`).join('')
}
