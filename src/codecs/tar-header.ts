import { isUtf8 } from 'node:buffer'
import { type CodecCode, CodecError } from './codec-error.ts'

/** Archives are made of blocks; a header is one. */
export const TAR_BLOCK = 512

/** The largest size that eleven octal digits hold; above it a pax record is needed. */
export const MAX_OCTAL_SIZE = 0o77777777777

/** One header block, before any extension is applied. */
export interface TarHeader {
  /** As stored: prefix and name joined. */
  readonly path: string
  readonly linkPath: string
  /** The type flag as a character, NUL being `0`. */
  readonly type: string
  /** Unix permission bits, at most 0777. */
  readonly mode: number
  readonly size: number
}

/** Where a header stands, for messages. */
export interface TarPosition {
  readonly where: string
  /** Of the block, in the archive. */
  readonly offset: number
}

interface Field {
  readonly name: string
  readonly start: number
  readonly length: number
}

/** POSIX.1-2017 pax, "ustar Interchange Format". */
const NAME = { name: 'name', start: 0, length: 100 }
const MODE = { name: 'mode', start: 100, length: 8 }
const UID = { name: 'uid', start: 108, length: 8 }
const GID = { name: 'gid', start: 116, length: 8 }
const SIZE = { name: 'size', start: 124, length: 12 }
const MTIME = { name: 'mtime', start: 136, length: 12 }
const CHECKSUM = { name: 'checksum', start: 148, length: 8 }
const TYPE_OFFSET = 156
const LINK_NAME = { name: 'link name', start: 157, length: 100 }
const MAGIC = { name: 'magic', start: 257, length: 8 }
const DEVICE_MAJOR = { name: 'device', start: 329, length: 8 }
const DEVICE_MINOR = { name: 'device', start: 337, length: 8 }
const PREFIX = { name: 'prefix', start: 345, length: 155 }

const POSIX_MAGIC = 'ustar\x0000'
/** GNU tar uses what POSIX calls the prefix for times, which mean nothing to us. */
const GNU_MAGIC = 'ustar  \0'
/** Archives of Unix V7 have neither magic nor prefix. */
const V7_MAGIC = '\0'.repeat(8)

/**
 * Spec §4.5: reads one header block. The owner, times and device numbers are not looked at: nothing of them is extracted.
 * @throws CodecError TAR_CHECKSUM, TAR_HEADER, TAR_MODE, TAR_NAME
 */
export function parseTarHeader(block: Uint8Array, position: TarPosition): TarHeader {
  const stated = readOctal(block, CHECKSUM, position)
  const actual = checksumOf(block)
  if (stated !== actual) throw tarError('TAR_CHECKSUM', position, 'checksum', `${stated}`, `${actual}`)
  const magic = latin1(block, MAGIC)
  if (magic !== POSIX_MAGIC && magic !== GNU_MAGIC && magic !== V7_MAGIC) {
    throw tarError('TAR_HEADER', position, 'magic', JSON.stringify(magic), '"ustar"')
  }
  const mode = readOctal(block, MODE, position)
  if ((mode & ~0o777) !== 0) {
    throw tarError('TAR_MODE', position, 'mode', `0${mode.toString(8)}`, 'no set-id, sticky or unknown bit')
  }
  const name = readName(block, NAME, position)
  const prefix = magic === POSIX_MAGIC ? readName(block, PREFIX, position) : ''
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    linkPath: readName(block, LINK_NAME, position),
    type: block[TYPE_OFFSET] === 0 ? '0' : String.fromCharCode(block[TYPE_OFFSET] ?? 0),
    mode,
    size: readSize(block, position),
  }
}

/** What a header says; the names are in UTF-8 and must fit. */
export interface TarHeaderFields {
  readonly name: Uint8Array
  readonly prefix: Uint8Array
  readonly linkName: Uint8Array
  readonly type: string
  readonly mode: number
  readonly size: number
  /** Seconds since 1970. */
  readonly mtime: number
}

/** Spec §11: one ustar block; owner 0 without a name. */
export function encodeTarHeader(fields: TarHeaderFields): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(TAR_BLOCK)
  block.set(fields.name, NAME.start)
  block.set(fields.prefix, PREFIX.start)
  block.set(fields.linkName, LINK_NAME.start)
  block[TYPE_OFFSET] = fields.type.charCodeAt(0)
  writeOctal(block, MODE, fields.mode)
  for (const field of [UID, GID, DEVICE_MAJOR, DEVICE_MINOR]) writeOctal(block, field, 0)
  writeOctal(block, SIZE, fields.size)
  writeOctal(block, MTIME, fields.mtime)
  writeText(block, MAGIC, POSIX_MAGIC)
  writeText(block, CHECKSUM, `${checksumOf(block).toString(8).padStart(6, '0')}\0 `)
  return block
}

/** Room that ustar has for a path: 100 bytes, or a split at a `/` into at most 155 and 100; undefined where neither fits. */
export function splitUstarPath(path: Uint8Array): { prefix: Uint8Array; name: Uint8Array } | undefined {
  if (path.length <= NAME.length) return { prefix: path.subarray(0, 0), name: path }
  // The first slash that leaves a name which fits: one must not end it, so a directory's own last slash does not count.
  const slash = path.indexOf(0x2f, path.length - NAME.length - 1)
  if (slash <= 0 || slash > PREFIX.length || slash === path.length - 1) return undefined
  return { prefix: path.subarray(0, slash), name: path.subarray(slash + 1) }
}

/** Whether a link's target fits into its field. */
export function fitsLinkName(target: Uint8Array): boolean {
  return target.length <= LINK_NAME.length
}

/**
 * Spec §4.5: a name as bytes. UTF-8 only, so that every reader sees the same text; nothing may hide behind a NUL.
 * @throws CodecError TAR_NAME
 */
export function decodeName(bytes: Uint8Array, field: string, position: TarPosition): string {
  if (!isUtf8(bytes))
    throw tarError('TAR_NAME', position, field, JSON.stringify(bufferOf(bytes).toString('latin1')), 'UTF-8')
  const text = bufferOf(bytes).toString('utf8')
  if (text.includes('\0')) throw tarError('TAR_NAME', position, field, JSON.stringify(text), 'no NUL')
  return text
}

/** The error for one field of the entry at `position`. */
export function tarError(
  code: CodecCode,
  position: TarPosition,
  field: string,
  got: string,
  want: string,
  section = '§4.5',
): CodecError {
  const message = `${position.where}: archive offset ${position.offset}: ${field} is ${got}, expected ${want} (spec ${section})`
  return new CodecError(code, message, { where: position.where, offset: `${position.offset}`, field, got, want })
}

function readName(block: Uint8Array, field: Field, position: TarPosition): string {
  const bytes = block.subarray(field.start, field.start + field.length)
  const end = bytes.indexOf(0)
  if (end < 0) return decodeName(bytes, field.name, position)
  if (bytes.subarray(end).some(byte => byte !== 0)) {
    throw tarError('TAR_NAME', position, field.name, JSON.stringify(latin1(block, field)), 'nothing behind the NUL')
  }
  return decodeName(bytes.subarray(0, end), field.name, position)
}

/** GNU tar's base-256 form, or octal. */
function readSize(block: Uint8Array, position: TarPosition): number {
  const first = block[SIZE.start] ?? 0
  if ((first & 0x80) === 0) return readOctal(block, SIZE, position)
  let size = BigInt(first & 0x7f)
  for (const byte of block.subarray(SIZE.start + 1, SIZE.start + SIZE.length)) size = (size << 8n) | BigInt(byte)
  if (size > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw tarError('TAR_HEADER', position, 'size', `${size}`, `at most ${Number.MAX_SAFE_INTEGER}`)
  }
  return Number(size)
}

/** Digits, between spaces in front and spaces or NULs behind; an empty field is 0, as V7 and GNU tar write it. */
function readOctal(block: Uint8Array, field: Field, position: TarPosition): number {
  const text = latin1(block, field)
  const digits = /^ *([0-7]*)[ \0]*$/.exec(text)?.[1]
  if (digits === undefined) throw tarError('TAR_HEADER', position, field.name, JSON.stringify(text), 'an octal number')
  return digits === '' ? 0 : Number.parseInt(digits, 8)
}

function writeOctal(block: Uint8Array, field: Field, value: number): void {
  writeText(block, field, value.toString(8).padStart(field.length - 1, '0'))
}

function writeText(block: Uint8Array, field: Field, text: string): void {
  bufferOf(block).write(text, field.start, field.length, 'latin1')
}

/** The sum of all bytes, those of the checksum counted as spaces. */
function checksumOf(block: Uint8Array): number {
  let sum = 0
  for (const byte of block) sum += byte
  for (const byte of block.subarray(CHECKSUM.start, CHECKSUM.start + CHECKSUM.length)) sum += 0x20 - byte
  return sum
}

function latin1(block: Uint8Array, field: Field): string {
  return bufferOf(block).toString('latin1', field.start, field.start + field.length)
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
