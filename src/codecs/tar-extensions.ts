import { decodeName, type TarHeader, type TarPosition, tarError } from './tar-header.ts'

/** What extension headers say about the entry behind them. */
export interface TarExtensions {
  readonly path?: string
  readonly linkPath?: string
  readonly size?: number
}

/** Records of pax that change what an entry is in ways that we do not follow. */
const REFUSED_RECORDS = /^(?:GNU\.sparse\.|SCHILY\.(?:realsize|filetype)$)/
const UTF8_CHARSETS = new Set(['ISO-IR 10646 2000 UTF-8', ''])
const DECIMAL = /^(?:0|[1-9][0-9]{0,15})$/

/**
 * Spec §4.5: the records of a pax header, `LENGTH KEY=VALUE\n` each. Path, link path and size count, times, owners and attributes
 * do not; a key that is there twice is refused, because readers differ on which one counts.
 * @throws CodecError TAR_EXTENSION, TAR_NAME
 */
export function parsePax(bytes: Uint8Array, position: TarPosition): TarExtensions {
  const records = new Map<string, Uint8Array>()
  for (let start = 0; start < bytes.length; ) {
    const record = readRecord(bytes, start, position)
    if (records.has(record.key)) throw extensionError(position, `${JSON.stringify(record.key)} twice`, 'each key once')
    records.set(record.key, record.value)
    start = record.end
  }
  return interpret(records, position)
}

/**
 * Spec §4.5: a pax header for the whole archive, as `git archive` writes one for its commit. It may say nothing about entries.
 * @throws CodecError TAR_EXTENSION, TAR_NAME
 */
export function parseGlobalPax(bytes: Uint8Array, position: TarPosition): void {
  const { path, linkPath, size } = parsePax(bytes, position)
  if (path === undefined && linkPath === undefined && size === undefined) return
  throw extensionError(position, 'a path or size for all entries', 'none')
}

/** Spec §4.5: the content of GNU tar's `L` and `K` headers: a name, with one NUL behind it or none. */
export function parseGnuName(bytes: Uint8Array, field: string, position: TarPosition): string {
  return decodeName(bytes.at(-1) === 0 ? bytes.subarray(0, -1) : bytes, field, position)
}

/**
 * Spec §4.5: joins what several extension headers of one entry say.
 * @throws CodecError TAR_EXTENSION where two of them name the same thing
 */
export function mergeExtensions(known: TarExtensions, more: TarExtensions, position: TarPosition): TarExtensions {
  for (const key of Object.keys(more)) {
    if (key in known) throw extensionError(position, `a second ${key} for one entry`, 'one')
  }
  return { ...known, ...more }
}

/** The header with its extensions applied. */
export function applyExtensions(header: TarHeader, extensions: TarExtensions): TarHeader {
  return { ...header, ...extensions }
}

function interpret(records: ReadonlyMap<string, Uint8Array>, position: TarPosition): TarExtensions {
  for (const key of records.keys()) {
    if (REFUSED_RECORDS.test(key)) throw extensionError(position, JSON.stringify(key), 'no sparse files')
  }
  const text = (key: string): string | undefined => {
    const value = records.get(key)
    return value && decodeName(value, `pax ${key}`, position)
  }
  const charset = text('hdrcharset') ?? ''
  if (!UTF8_CHARSETS.has(charset)) throw extensionError(position, `charset ${JSON.stringify(charset)}`, 'UTF-8')
  const [path, linkPath, size] = [text('path'), text('linkpath'), text('size')]
  if (size !== undefined && !(DECIMAL.test(size) && Number.isSafeInteger(Number(size)))) {
    throw extensionError(position, `size ${JSON.stringify(size)}`, `a number up to ${Number.MAX_SAFE_INTEGER}`)
  }
  if (path === '' || linkPath === '') throw extensionError(position, 'an empty path', 'a path')
  return {
    ...(path === undefined ? {} : { path }),
    ...(linkPath === undefined ? {} : { linkPath }),
    ...(size === undefined ? {} : { size: Number(size) }),
  }
}

function readRecord(
  bytes: Uint8Array,
  start: number,
  position: TarPosition,
): { key: string; value: Uint8Array; end: number } {
  const space = bytes.indexOf(0x20, start)
  const length = Buffer.from(bytes.subarray(start, space < 0 ? start : Math.min(space, start + 8))).toString('latin1')
  const end = start + Number(length)
  const equals = bytes.indexOf(0x3d, space)
  const isRecord = /^[1-9][0-9]*$/.test(length) && end <= bytes.length && bytes[end - 1] === 0x0a
  if (!isRecord || equals <= space + 1 || equals >= end) {
    throw extensionError(position, 'a malformed record', 'LENGTH KEY=VALUE and a line feed')
  }
  const key = decodeName(bytes.subarray(space + 1, equals), 'pax key', position)
  return { key, value: bytes.subarray(equals + 1, end - 1), end }
}

function extensionError(position: TarPosition, got: string, want: string) {
  return tarError('TAR_EXTENSION', position, 'extension header', got, want)
}
