import { sha256Hex } from './streams.ts'

/** One entry of an archive, written as it is said, right or wrong. */
export interface Entry {
  readonly path: string
  /** ustar type flag; `0` file, `1` hard link, `2` symlink, `5` directory. */
  readonly type?: string
  readonly mode?: number
  readonly body?: Uint8Array | string
  readonly link?: string
  /** Changes the 512 bytes of the header before its checksum is taken. */
  readonly edit?: (header: Buffer) => void
  /** Changes them afterwards. */
  readonly damage?: (header: Buffer) => void
}

const BLOCK = 512

/** A ustar archive with two zero blocks at its end. */
export function tar(entries: readonly Entry[], end: Uint8Array = new Uint8Array(2 * BLOCK)): Buffer {
  return Buffer.concat([...entries.map(tarEntry), end])
}

function tarEntry(entry: Entry): Buffer {
  const body = Buffer.from(entry.body ?? '')
  const header = Buffer.alloc(BLOCK)
  const type = entry.type ?? '0'
  header.write(type === '5' && !entry.path.endsWith('/') ? `${entry.path}/` : entry.path, 0, 100)
  header.write(octal(entry.mode ?? (type === '5' ? 0o755 : 0o644), 7), 100)
  header.write(octal(0, 7), 108)
  header.write(octal(0, 7), 116)
  header.write(octal(body.length, 11), 124)
  header.write(octal(315532800, 11), 136)
  header.write(type, 156)
  header.write(entry.link ?? '', 157, 100)
  header.write('ustar\0' + '00', 257, 'latin1')
  entry.edit?.(header)
  header.fill(' ', 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${octal(sum, 6)}\0 `, 148)
  entry.damage?.(header)
  const padding = Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)
  return Buffer.concat([header, body, padding])
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

/** A pax extended header with one record, for the entry behind it. */
export function pax(key: string, value: string | Uint8Array): Entry {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from('\n')])
  let length = rest.length + 1
  while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length
  return { path: 'PaxHeaders/x', type: 'x', body: Buffer.concat([Buffer.from(`${length}`), rest]) }
}

/** What a slot unpacks to, as spec §6.3 lists it. */
export interface Unpacked {
  /** Rows without their NUL, in order. */
  readonly listing: readonly string[]
  readonly tree: string
  readonly files: number
  readonly bytes: number
}

/** Spec §6.3 from the entries of a good archive. */
export function unpacked(entries: readonly Entry[]): Unpacked {
  const rows = entries
    .filter(entry => entry.type !== 'x')
    .map(entry => ({ path: entry.path.replace(/\/$/, ''), row: row(entry, entries), size: sizeOf(entry, entries) }))
  rows.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
  const files = rows.filter(one => one.row.startsWith('f'))
  return {
    listing: rows.map(one => one.row),
    tree: sha256Hex(Buffer.from(rows.map(one => `${one.row}\0`).join(''))),
    files: files.length,
    bytes: files.reduce((sum, one) => sum + one.size, 0),
  }
}

function row(entry: Entry, entries: readonly Entry[]): string {
  const path = entry.path.replace(/\/$/, '')
  if (entry.type === '5') return `d ${mode(((entry.mode ?? 0o755) | 0o700) & 0o755)} 0 - ${path}`
  if (entry.type === '2') {
    const target = Buffer.from(entry.link ?? '')
    return `l 0777 ${target.length} ${sha256Hex(target)} ${path}`
  }
  const file = fileOf(entry, entries)
  const body = Buffer.from(file.body ?? '')
  return `f ${mode((file.mode ?? 0o644) & 0o555)} ${body.length} ${sha256Hex(body)} ${path}`
}

function sizeOf(entry: Entry, entries: readonly Entry[]): number {
  return Buffer.from(fileOf(entry, entries).body ?? '').length
}

function fileOf(entry: Entry, entries: readonly Entry[]): Entry {
  return entry.type === '1' ? (entries.find(other => other.path === entry.link) ?? entry) : entry
}

function mode(value: number): string {
  return value.toString(8).padStart(4, '0')
}
