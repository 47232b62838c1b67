import { sha256 } from '../../crypto/sha256.ts'

/** The first field of a row of a RECORD. */
export function recordPath(row: string): string {
  const inQuotes = /^"((?:[^"]|"")*)"/.exec(row)?.[1]
  return inQuotes?.replaceAll('""', '"') ?? row.split(',')[0] ?? ''
}

/** The rows of a RECORD, without empty lines. */
export function recordRows(text: string): string[] {
  return text.split(/\r?\n/).filter(row => row !== '')
}

/** A row for a file with that content; without content one without a hash, for what is written where the package runs (PEP 376). */
export function recordRow(path: string, content?: Uint8Array): string {
  const name = /[",]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path
  if (content === undefined) return `${name},,`
  return `${name},sha256=${Buffer.from(sha256(content)).toString('base64url')},${content.length}`
}
