/**
 * Spec §9.1: of several broken rules in one text or one stream, the first that a reader meets counts, and two readers look at
 * different bytes first. Random changes break several at once; that a single one gives the same code is for vectors and hostile files.
 */
const FAMILIES: readonly ReadonlySet<string>[] = [
  new Set(['METADATA_JSON', 'METADATA_NUMBER', 'METADATA_DUPLICATE_KEY', 'METADATA_DEPTH', 'METADATA_SCHEMA']),
  new Set([
    ...['TRUNCATED', 'DECODED_TOO_LONG', 'GZIP_DATA', 'GZIP_CRC', 'GZIP_TRAILING'],
    ...['ZSTD_FRAME', 'ZSTD_WINDOW', 'ZSTD_DICTIONARY', 'ZSTD_DATA', 'ZSTD_TRAILING'],
  ]),
]

/** Whether two readers said the same, or refused alike. */
export function agree(one: string, other: string): boolean {
  return one === other || FAMILIES.some(family => family.has(one) && family.has(other))
}
