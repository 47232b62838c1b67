import { FormatError } from './format-error.ts'

/** Spec §6.3: one entry of a listing. Hard links are files. */
export interface ListingEntry {
  readonly type: 'f' | 'd' | 'l'
  /** As in a work environment (`listingMode`). */
  readonly mode: number
  /** Bytes of a file or of a link's target; 0 for a directory. */
  readonly size: number
  /** Hex SHA-256 of a file or of a link's target; `-` for a directory. */
  readonly sha256: string
  readonly path: string
}

const ENTRY = /^(?:([fl]) ([0-7]{4}) (0|[1-9][0-9]{0,15}) ([0-9a-f]{64})|(d) ([0-7]{4}) (0) (-)) ([^\0]+)$/

/** Spec §6.2: the mode that an entry has in a work environment: files lose their write bits, directories keep the owner's. */
export function listingMode(type: ListingEntry['type'], mode: number): number {
  if (type === 'l') return 0o777
  return type === 'd' ? (mode | 0o700) & 0o755 : mode & 0o555
}

/** Spec §6.3: the canonical bytes. Entries may come in any order. */
export function buildListing(entries: readonly ListingEntry[]): Uint8Array<ArrayBuffer> {
  const rows = entries.map(entry => ({ key: Buffer.from(entry.path), text: formatEntry(entry) }))
  rows.sort((a, b) => Buffer.compare(a.key, b.key))
  return Uint8Array.from(Buffer.from(rows.map(row => row.text).join('')))
}

/**
 * Spec §6.3: reads a listing whose hash has matched; refuses whatever `buildListing` would not have written.
 * @throws FormatError LISTING_ENTRY
 */
export function parseListing(bytes: Uint8Array): ListingEntry[] {
  if (bytes.length === 0) return []
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  if (!text.endsWith('\0')) throw listingError(0, 'an entry without its NUL')
  const entries = text.slice(0, -1).split('\0').map(parseEntry)
  if (Buffer.compare(buildListing(entries), bytes) !== 0) throw listingError(0, 'entries that are not in their order')
  const twice = entries.findIndex((entry, position) => entry.path === entries[position - 1]?.path)
  if (twice >= 0) throw listingError(twice, `${JSON.stringify(entries[twice]?.path)} for the second time`)
  return entries
}

function parseEntry(row: string, position: number): ListingEntry {
  const fields = ENTRY.exec(row)?.filter(field => field !== undefined)
  const [, type, mode, size, sha256, path] = fields ?? []
  if (type === undefined || mode === undefined || size === undefined || sha256 === undefined || path === undefined) {
    throw listingError(position, JSON.stringify(row.slice(0, 80)))
  }
  // 2^53 is the one number beyond them that is written as it is read.
  if (!Number.isSafeInteger(Number(size))) throw listingError(position, `a size of ${size}`)
  return { type: type as ListingEntry['type'], mode: Number.parseInt(mode, 8), size: Number(size), sha256, path }
}

function formatEntry(entry: ListingEntry): string {
  return `${entry.type} ${entry.mode.toString(8).padStart(4, '0')} ${entry.size} ${entry.sha256} ${entry.path}\0`
}

function listingError(position: number, got: string): FormatError {
  const want = '"type mode size sha256 path" ended by NUL, sorted by path'
  return new FormatError('LISTING_ENTRY', `listing entry ${position} is ${got}, expected ${want} (spec §6.3)`, {
    field: 'listing',
    got,
    want,
  })
}
