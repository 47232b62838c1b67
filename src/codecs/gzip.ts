import { crc32, createDeflateRaw, createInflateRaw } from 'node:zlib'
import { MAX_GZIP_HEADER } from '../format/limits.ts'
import { OP_GZIP } from '../format/operations.ts'
import { ByteReader } from './byte-reader.ts'
import type { ByteStream, Codec, DecodeContext, EncodeOptions } from './codec.ts'
import { CodecError } from './codec-error.ts'
import { limitDecoded } from './decoded-limit.ts'
import { ENGINE_CHUNK, runEngine } from './zlib-engine.ts'

const FLAG_HEADER_CRC = 0x02
const FLAG_EXTRA = 0x04
const FLAG_NAME = 0x08
const FLAG_COMMENT = 0x10
/** RFC 1952 §2.3.1.2: reserved flags must be zero; one of them could mean a field that we would take for data. */
const FLAGS_RESERVED = 0xe0
const FOOTER_SIZE = 8

export const GZIP_LEVELS = { fast: 1, default: 6, release: 9 } as const
/** RFC 1952 §2.3.1: XFL tells the fastest and the smallest level apart. */
const EXTRA_FLAGS = { fast: 4, default: 0, release: 2 } as const

/**
 * Spec §4.4: exactly one gzip member (RFC 1952). Its frame is read here and not by zlib, whose gunzip takes zero padding, further
 * members and unchecked header fields for granted: two readers could then see two contents.
 */
export const gzip: Codec = { code: OP_GZIP, decode: decodeGzip, encode: encodeGzip }

async function* decodeGzip(input: ByteStream, context: DecodeContext): AsyncGenerator<Uint8Array> {
  const reader = new ByteReader(input)
  try {
    await readHeader(reader, context.where)
    const footer = new Footer()
    let crc = 0
    let length = 0
    for await (const bytes of limitDecoded(inflate(footer.heldBack(reader.rest()), context.where), context)) {
      crc = crc32(bytes, crc)
      length += bytes.length
      yield bytes
    }
    footer.expect(crc, length, context.where)
  } finally {
    await reader.close()
  }
}

/** Header without time or name, system 255: the same bytes everywhere. */
async function* encodeGzip(input: ByteStream, options: EncodeOptions): AsyncGenerator<Uint8Array> {
  const { effort } = options
  yield Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, EXTRA_FLAGS[effort], 0xff)
  let crc = 0
  let length = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const bytes of input) {
      crc = crc32(bytes, crc)
      length += bytes.length
      yield bytes
    }
  }
  const engine = createDeflateRaw({ level: GZIP_LEVELS[effort], memLevel: 9, chunkSize: ENGINE_CHUNK })
  yield* runEngine(engine, counted(), cause => {
    return new CodecError('ENCODE_FAILED', `gzip: the compressor failed: ${cause.message}`, {}, { cause })
  })
  const footer = new DataView(new ArrayBuffer(FOOTER_SIZE))
  footer.setUint32(0, crc, true)
  footer.setUint32(4, length % 2 ** 32, true)
  yield new Uint8Array(footer.buffer)
}

async function* inflate(deflated: AsyncIterable<Uint8Array>, where: string): AsyncGenerator<Uint8Array> {
  const engine = createInflateRaw({ chunkSize: ENGINE_CHUNK })
  const offered = yield* runEngine(engine, deflated, cause => {
    if ((cause as NodeJS.ErrnoException).code === 'Z_BUF_ERROR') return truncated(where, 'gzip data', cause)
    return new CodecError(
      'GZIP_DATA',
      `${where}: gzip data is damaged: ${cause.message} (spec §4.4)`,
      { where },
      { cause },
    )
  })
  if (offered === engine.bytesWritten) return
  const message = `${where}: at least ${offered - engine.bytesWritten} bytes follow the gzip member, expected none (spec §4.4)`
  throw new CodecError('GZIP_TRAILING', message, { where, field: 'end' })
}

/** RFC 1952 §2.3. Name, comment and extra fields are allowed, as `gzip FILE` writes them, and mean nothing. */
async function readHeader(reader: ByteReader, where: string): Promise<void> {
  const header = new Header(reader, where)
  const [id1, id2, method, flags = 0] = await header.read(10)
  if (id1 !== 0x1f || id2 !== 0x8b || method !== 8) throw headerError(where, 'magic', '1f8b08')
  if ((flags & FLAGS_RESERVED) !== 0) throw headerError(where, 'flags', 'no reserved flag')
  if ((flags & FLAG_EXTRA) !== 0) {
    const [low = 0, high = 0] = await header.read(2)
    await header.read(low | (high << 8))
  }
  if ((flags & FLAG_NAME) !== 0) await header.readText()
  if ((flags & FLAG_COMMENT) !== 0) await header.readText()
  if ((flags & FLAG_HEADER_CRC) === 0) return
  const want = header.crc & 0xffff
  const [low = 0, high = 0] = await header.read(2)
  if ((low | (high << 8)) !== want) throw headerError(where, 'CRC-16', `0x${want.toString(16)}`)
}

class Header {
  readonly #reader: ByteReader
  readonly #where: string
  crc = 0

  constructor(reader: ByteReader, where: string) {
    this.#reader = reader
    this.#where = where
  }

  async read(length: number): Promise<Uint8Array> {
    const bytes = await this.#reader.read(length)
    if (bytes.length < length) throw truncated(this.#where, 'gzip header')
    this.crc = crc32(bytes, this.crc)
    return bytes
  }

  /** Text up to its NUL, byte by byte: names are short, and longer ones than the limit are refused. */
  async readText(): Promise<void> {
    for (let byte = await this.read(1); byte[0] !== 0; byte = await this.read(1)) {
      if (this.#reader.offset > MAX_GZIP_HEADER) throw headerError(this.#where, 'length', `at most ${MAX_GZIP_HEADER}`)
    }
  }
}

/** Keeps the last eight bytes of a stream back: they are the footer if the DEFLATE stream ends just before them. */
class Footer {
  #bytes: Uint8Array = new Uint8Array(0)

  async *heldBack(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const bytes of input) {
      if (bytes.length >= FOOTER_SIZE) {
        yield this.#bytes
        this.#bytes = bytes
      } else {
        const joined = Buffer.concat([this.#bytes, bytes])
        const end = Math.max(0, joined.length - FOOTER_SIZE)
        yield joined.subarray(0, end)
        this.#bytes = joined.subarray(end)
      }
    }
    const end = Math.max(0, this.#bytes.length - FOOTER_SIZE)
    yield this.#bytes.subarray(0, end)
    this.#bytes = this.#bytes.subarray(end)
  }

  expect(crc: number, length: number, where: string): void {
    if (this.#bytes.length < FOOTER_SIZE) throw truncated(where, 'gzip footer')
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, FOOTER_SIZE)
    const stated = [view.getUint32(0, true), view.getUint32(4, true)]
    const actual = [crc, length % 2 ** 32]
    const position = stated.findIndex((value, index) => value !== actual[index])
    if (position < 0) return
    const field = position === 0 ? 'CRC-32' : 'length'
    const got = `${stated[position]}`
    const want = `${actual[position]}`
    throw new CodecError('GZIP_CRC', `${where}: gzip ${field} is ${got}, expected ${want} (spec §4.4)`, {
      where,
      field,
      got,
      want,
    })
  }
}

function truncated(where: string, part: string, cause?: Error): CodecError {
  return new CodecError(
    'TRUNCATED',
    `${where}: the stream ends inside of the ${part} (spec §4.4)`,
    { where, field: part },
    { cause },
  )
}

function headerError(where: string, field: string, want: string): CodecError {
  return new CodecError('GZIP_HEADER', `${where}: gzip ${field} is not ${want} (spec §4.4)`, { where, field, want })
}
