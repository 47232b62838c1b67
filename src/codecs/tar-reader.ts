import { MAX_ARCHIVE_EXTENSION } from '../format/limits.ts'
import { ByteReader } from './byte-reader.ts'
import type { ByteStream } from './codec.ts'
import { CodecError } from './codec-error.ts'
import {
  applyExtensions,
  mergeExtensions,
  parseGlobalPax,
  parseGnuName,
  parsePax,
  type TarExtensions,
} from './tar-extensions.ts'
import { parseTarHeader, TAR_BLOCK, type TarHeader, type TarPosition, tarError } from './tar-header.ts'

export type TarMemberType = 'file' | 'directory' | 'symlink' | 'hardlink'

/** One entry. Whether its path may be used is not judged here (spec §6.1): it is exactly what the archive says. */
export interface TarMember {
  readonly path: string
  readonly type: TarMemberType
  /** Unix permission bits, at most 0777. */
  readonly mode: number
  /** Bytes of the body; 0 for everything but files. */
  readonly size: number
  /** Of links. */
  readonly linkTarget?: string
  /** To be read before the next member is asked for; what is left of it is skipped. */
  readonly body: AsyncIterable<Uint8Array>
}

export interface TarContext {
  /** For messages, such as `slot 2`. */
  readonly where: string
  readonly maxEntries: number
}

const TYPES: ReadonlyMap<string, TarMemberType> = new Map([
  ['0', 'file'],
  ['1', 'hardlink'],
  ['2', 'symlink'],
  ['5', 'directory'],
])

/** Named in refusals: nobody should have to look up a letter. */
const REFUSED_TYPES: Readonly<Record<string, string>> = {
  3: 'a character device',
  4: 'a block device',
  6: 'a fifo',
  7: 'a contiguous file',
  D: 'a GNU directory dump',
  M: 'a part of another volume',
  S: 'a GNU sparse file',
  V: 'a volume label',
}

const ZERO_BLOCK = Buffer.alloc(TAR_BLOCK)

/**
 * Spec §4.5: the entries of a ustar, pax or GNU archive, streaming. Own code, because the libraries that we looked at decide for
 * themselves what they overlook: unknown types become files, damaged UTF-8 becomes U+FFFD, names end at a NUL whatever follows,
 * malformed pax records are dropped (docs/codecs.md). The archive must end with two zero blocks and zeros only behind them, so
 * that one cut off between two entries is not taken for a whole one.
 * @throws CodecError TRUNCATED, TAR_*
 */
export async function* readTar(input: ByteStream, context: TarContext): AsyncGenerator<TarMember> {
  const reader = new ByteReader(input)
  const archive = new Archive(reader, context)
  try {
    for (let header = await archive.next(); header !== undefined; header = await archive.next()) {
      const body = new Body(reader, header.size, context.where)
      yield memberOf(header, body)
      await body.skip()
    }
    await archive.expectEnd()
  } finally {
    await reader.close()
  }
}

/** The headers of an archive; whoever reads them reads the bodies in between. */
class Archive {
  readonly #reader: ByteReader
  readonly #context: TarContext
  #entries = 0

  constructor(reader: ByteReader, context: TarContext) {
    this.#reader = reader
    this.#context = context
  }

  /** The next entry with its extensions applied; undefined at the first zero block. */
  async next(): Promise<(TarHeader & { kind: TarMemberType }) | undefined> {
    let extensions: TarExtensions = {}
    for (;;) {
      const position = this.#position()
      const block = this.#reader.take(TAR_BLOCK) ?? (await this.#block())
      if (isZero(block)) {
        if (Object.keys(extensions).length === 0) return undefined
        throw tarError('TAR_EXTENSION', position, 'extension header', 'the last of the archive', 'an entry behind it')
      }
      this.#count(position)
      const header = parseTarHeader(block, position)
      const more = await this.#extension(header, position)
      if (more === undefined) return judge(applyExtensions(header, extensions), position)
      extensions = mergeExtensions(extensions, more, position)
    }
  }

  /** Spec §4.5: behind the first zero block a second one, and nothing but zeros. */
  async expectEnd(): Promise<void> {
    const position = this.#position()
    if (!isZero(await this.#block())) throw tarError('TAR_END', position, 'second closing block', 'not zero', 'zeros')
    for (;;) {
      const start = this.#position()
      const piece = await this.#reader.piece(64 * TAR_BLOCK)
      if (piece === undefined) return
      if (!isZero(piece)) throw tarError('TAR_END', start, 'the rest of the archive', 'not zero', 'zeros')
    }
  }

  async #extension(header: TarHeader, position: TarPosition): Promise<TarExtensions | undefined> {
    switch (header.type) {
      case 'x':
        return parsePax(await this.#content(header, position), position)
      case 'L':
        return { path: parseGnuName(await this.#content(header, position), 'GNU long name', position) }
      case 'K':
        return { linkPath: parseGnuName(await this.#content(header, position), 'GNU long link name', position) }
      case 'g':
        parseGlobalPax(await this.#content(header, position), position)
        return {}
      default:
        return undefined
    }
  }

  async #content(header: TarHeader, position: TarPosition): Promise<Uint8Array> {
    if (header.size > MAX_ARCHIVE_EXTENSION) {
      throw tarError(
        'TAR_LIMIT',
        position,
        'extension size',
        `${header.size}`,
        `at most ${MAX_ARCHIVE_EXTENSION}`,
        '§10',
      )
    }
    const body = new Body(this.#reader, header.size, this.#context.where)
    const bytes = await this.#reader.read(header.size)
    body.count(bytes.length)
    await body.skip()
    return bytes
  }

  async #block(): Promise<Uint8Array> {
    const block = await this.#reader.read(TAR_BLOCK)
    if (block.length === TAR_BLOCK) return block
    throw truncated(this.#context.where, this.#reader.offset, 'two zero blocks at the end')
  }

  #count(position: TarPosition): void {
    this.#entries += 1
    if (this.#entries <= this.#context.maxEntries) return
    throw tarError(
      'TAR_LIMIT',
      position,
      'number of headers',
      `${this.#entries}`,
      `at most ${this.#context.maxEntries}`,
      '§10',
    )
  }

  #position(): TarPosition {
    return { where: this.#context.where, offset: this.#reader.offset }
  }
}

/** The bytes of one entry and the zeros that fill its last block. */
class Body implements AsyncIterable<Uint8Array> {
  readonly #reader: ByteReader
  readonly #where: string
  readonly #padding: number
  #left: number
  #isOver = false

  constructor(reader: ByteReader, size: number, where: string) {
    this.#reader = reader
    this.#where = where
    this.#left = size
    this.#padding = (TAR_BLOCK - (size % TAR_BLOCK)) % TAR_BLOCK
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    while (this.#left > 0 || this.#isOver) {
      if (this.#isOver) throw new Error('the body of an archive entry was read after the next entry was asked for')
      const piece = this.#reader.takePiece(this.#left) ?? (await this.#reader.piece(this.#left))
      if (piece === undefined) throw this.#truncated()
      this.#left -= piece.length
      yield piece
    }
  }

  count(length: number): void {
    this.#left -= length
  }

  /** Reads what the consumer has left, and the padding. */
  async skip(): Promise<void> {
    this.#isOver = true
    while (this.#left > 0) {
      const piece = await this.#reader.piece(this.#left)
      if (piece === undefined) throw this.#truncated()
      this.#left -= piece.length
    }
    if (this.#padding === 0) return
    const position = { where: this.#where, offset: this.#reader.offset }
    const padding = this.#reader.take(this.#padding) ?? (await this.#reader.read(this.#padding))
    if (!isZero(padding)) throw tarError('TAR_PADDING', position, 'padding of an entry', 'not zero', 'zeros')
    if (padding.length < this.#padding) throw this.#truncated()
  }

  #truncated(): CodecError {
    return truncated(this.#where, this.#reader.offset, `${this.#left + this.#padding} more bytes of an entry`)
  }
}

/** Spec §4.5: only files have a body. Readers differ on a size that stands at a link or directory, so it is refused. */
function judge(header: TarHeader, position: TarPosition): TarHeader & { kind: TarMemberType } {
  const kind = TYPES.get(header.type)
  if (kind === undefined) {
    const got = REFUSED_TYPES[header.type] ?? JSON.stringify(header.type)
    throw tarError('TAR_TYPE', position, `type of ${JSON.stringify(header.path)}`, got, 'a file, directory or link')
  }
  if (header.path === '') throw tarError('TAR_NAME', position, 'name', 'empty', 'a path')
  const isLink = kind === 'symlink' || kind === 'hardlink'
  if (isLink !== (header.linkPath !== '')) {
    throw tarError(
      'TAR_NAME',
      position,
      `link name of ${JSON.stringify(header.path)}`,
      JSON.stringify(header.linkPath),
      'one for links only',
    )
  }
  if (kind !== 'file' && header.size !== 0) {
    throw tarError(
      'TAR_SIZE',
      position,
      `size of ${JSON.stringify(header.path)}`,
      `${header.size}`,
      '0 for what is no file',
    )
  }
  return { ...header, kind }
}

function memberOf(header: TarHeader & { kind: TarMemberType }, body: AsyncIterable<Uint8Array>): TarMember {
  const { path, kind: type, mode, size, linkPath } = header
  return { path, type, mode, size, body, ...(linkPath === '' ? {} : { linkTarget: linkPath }) }
}

function isZero(bytes: Uint8Array): boolean {
  for (let start = 0; start < bytes.length; start += TAR_BLOCK) {
    const part = bytes.subarray(start, start + TAR_BLOCK)
    if (Buffer.compare(part, ZERO_BLOCK.subarray(0, part.length)) !== 0) return false
  }
  return true
}

function truncated(where: string, offset: number, want: string): CodecError {
  const message = `${where}: archive offset ${offset}: the archive ends, expected ${want} (spec §4.5)`
  return new CodecError('TRUNCATED', message, { where, offset: `${offset}`, want })
}
