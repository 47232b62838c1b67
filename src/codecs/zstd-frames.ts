import { MAX_ZSTD_WINDOW } from '../format/limits.ts'
import type { ByteStream } from './codec.ts'
import { type CodecCode, CodecError } from './codec-error.ts'

/** RFC 8878 §3.1.1 and RFC 8878 §3.1.2; the low four bits of a skippable frame's magic are free. */
const FRAME_MAGIC = 0xfd2fb528
const SKIPPABLE_MAGIC = 0x184d2a50
const MAX_BLOCK = 128 * 1024
/** RFC 8878 §3.1.1.1.1.1: bytes of Frame_Content_Size by its flag, where the single-segment flag does not make it 1. */
const CONTENT_SIZE_BYTES = [0, 2, 4, 8] as const
const MAX_FRAME_HEADER = 14
const BLOCK_HEADER = 3
const CHECKSUM = 4
/** The type of a compressed block, and its shortest content: the headers of its two sections, RFC 8878 §3.1.1.3. */
const COMPRESSED = 2
const MIN_COMPRESSED = 2
/** RFC 8878 §3.1.1.3: a last block of no literals and no sequences. */
const EMPTY_COMPRESSED = Uint8Array.of(0x15, 0, 0, 0, 0)

/** What comes next: `skip` bytes that mean nothing to us, then a header of `need` bytes, of which `have` are there. */
interface Expected {
  readonly part: 'magic' | 'descriptor' | 'header' | 'block' | 'skippable'
  readonly need: number
  readonly skip?: number
  readonly have?: number
}

/**
 * Spec §4.4: passes a zstd stream on, cut at the ends of its frames, and each piece begins with a whole magic or inside of a frame.
 * node:zlib ends silently where what follows a frame does not look like one, in one chunk or in the next, so that is judged here.
 * Only frame and block headers are read: everything else is skipped without looking at it.
 *
 * libzstd does not compare a frame's content with the size that its header states where the last block holds nothing. It does where
 * that block is a compressed one, so that it gets such a block instead.
 * @throws CodecError TRUNCATED, ZSTD_FRAME, ZSTD_WINDOW, ZSTD_DICTIONARY, ZSTD_DATA, ZSTD_TRAILING
 */
export async function* cutZstdFrames(input: ByteStream, where: string): AsyncGenerator<Uint8Array> {
  const walker = new FrameWalker(where)
  let held: Uint8Array = new Uint8Array(0)
  for await (const bytes of input) {
    for (let start = 0; start < bytes.length; ) {
      const end = walker.walk(bytes, start)
      const piece = bytes.subarray(start, end)
      const joined = held.length === 0 ? piece : Buffer.concat([held, piece])
      start = end
      const ready = joined.length - walker.undecided
      held = joined.subarray(ready)
      if (walker.endsEmpty) yield withCheckedEnd(joined, walker.emptyEnd)
      else if (ready > 0) yield joined.subarray(0, ready)
    }
  }
  walker.finish()
}

/** The last `length` bytes of a frame are the header of an empty block, and the checksum where there is one. */
function withCheckedEnd(frame: Uint8Array, length: number): Uint8Array {
  const checksum = frame.subarray(frame.length - length + BLOCK_HEADER)
  return Buffer.concat([frame.subarray(0, frame.length - length), EMPTY_COMPRESSED, checksum])
}

class FrameWalker {
  readonly #where: string
  /** The header that is being gathered, which may lie in several chunks. */
  readonly #gathered = new Uint8Array(MAX_FRAME_HEADER)
  #expected: Expected = { part: 'magic', need: 4 }
  #have = 0
  #skip = 0
  #frames = 0
  #offset = 0
  #maxBlock = MAX_BLOCK
  #hasChecksum = false
  #statesContent = false
  #isEmptyEnd = false
  /** Sizes of the blocks of the frame, as their headers state them. */
  #sizes = 0

  constructor(where: string) {
    this.#where = where
  }

  /** Walks `bytes` from `start` to the end of the current frame or of the chunk, whichever comes first, and returns where that is. */
  walk(bytes: Uint8Array, start: number): number {
    let at = start
    while (at < bytes.length) {
      const length = Math.min(this.#skip > 0 ? this.#skip : this.#expected.need - this.#have, bytes.length - at)
      if (this.#skip > 0) {
        this.#skip -= length
      } else {
        this.#gathered.set(bytes.subarray(at, at + length), this.#have)
        this.#have += length
      }
      at += length
      this.#offset += length
      if (this.#skip === 0 && this.#have === this.#expected.need) this.#step()
      if (this.#skip === 0 && this.#isBetweenFrames()) break
    }
    return at
  }

  /** How many of the last bytes depend on those that follow: parts of a magic or of the header of a block, an empty block at the end. */
  get undecided(): number {
    if (this.#skip > 0) return this.#isEmptyEnd ? this.emptyEnd - this.#skip : 0
    return this.#expected.part === 'magic' || this.#expected.part === 'block' ? this.#have : 0
  }

  /** Behind a frame that states its content and whose last block is empty. */
  get endsEmpty(): boolean {
    return this.#isEmptyEnd && this.#skip === 0 && this.#isBetweenFrames()
  }

  /** Bytes of that block and of what follows it in its frame. */
  get emptyEnd(): number {
    return BLOCK_HEADER + (this.#hasChecksum ? CHECKSUM : 0)
  }

  finish(): void {
    const isInsideMagic = this.#expected.part === 'magic' && this.#skip === 0 && this.#have > 0
    if (this.#frames > 0 && isInsideMagic) throw this.#error('ZSTD_TRAILING', 'end', `${this.#have} bytes`, 'none')
    if (this.#isBetweenFrames() && this.#skip === 0 && this.#frames > 0) return
    const message = `${this.#where}: offset ${this.#offset}: the stream ends inside of a zstd frame (spec §4.4)`
    throw new CodecError('TRUNCATED', message, { where: this.#where, offset: `${this.#offset}` })
  }

  #isBetweenFrames(): boolean {
    return this.#expected.part === 'magic' && this.#have === 0
  }

  #step(): void {
    this.#expected = this.#readHeader(new DataView(this.#gathered.buffer, 0, this.#have))
    this.#have = this.#expected.have ?? 0
    this.#skip = this.#expected.skip ?? 0
  }

  #readHeader(view: DataView): Expected {
    switch (this.#expected.part) {
      case 'magic':
        return this.#readMagic(view.getUint32(0, true))
      case 'skippable':
        return { part: 'magic', need: 4, skip: view.getUint32(0, true) }
      case 'descriptor':
        return this.#readDescriptor(view.getUint8(0))
      case 'header':
        return this.#readFrameHeader(view)
      case 'block':
        return this.#readBlockHeader(view.getUint16(0, true) | (view.getUint8(2) << 16))
    }
  }

  #readMagic(magic: number): Expected {
    this.#frames += 1
    this.#isEmptyEnd = false
    this.#sizes = 0
    if (magic === FRAME_MAGIC) return { part: 'descriptor', need: 1 }
    if ((magic & 0xfffffff0) === SKIPPABLE_MAGIC) return { part: 'skippable', need: 4 }
    const got = `0x${magic.toString(16).padStart(8, '0')}`
    throw this.#error(this.#frames === 1 ? 'ZSTD_FRAME' : 'ZSTD_TRAILING', 'magic', got, '0xfd2fb528')
  }

  #readDescriptor(descriptor: number): Expected {
    if ((descriptor & 0x08) !== 0) throw this.#error('ZSTD_FRAME', 'reserved bit', '1', '0')
    if ((descriptor & 0x03) !== 0) throw this.#error('ZSTD_DICTIONARY', 'dictionary flag', `${descriptor & 3}`, '0')
    this.#hasChecksum = (descriptor & 0x04) !== 0
    const isSingleSegment = (descriptor & 0x20) !== 0
    const sizeBytes = CONTENT_SIZE_BYTES[descriptor >> 6] || (isSingleSegment ? 1 : 0)
    this.#statesContent = sizeBytes > 0
    return { part: 'header', need: 1 + (isSingleSegment ? 0 : 1) + sizeBytes, have: 1 }
  }

  /** RFC 8878 §3.1.1.1.2: a single-segment frame has no window byte; the decoder holds its whole content instead. */
  #readFrameHeader(view: DataView): Expected {
    const window = (view.getUint8(0) & 0x20) !== 0 ? contentSize(view) : windowSize(view.getUint8(1))
    if (window > BigInt(MAX_ZSTD_WINDOW)) {
      throw this.#error('ZSTD_WINDOW', 'window', `${window} bytes`, `at most ${MAX_ZSTD_WINDOW}`, '§10')
    }
    this.#maxBlock = Math.min(Number(window), MAX_BLOCK)
    return { part: 'block', need: BLOCK_HEADER }
  }

  /**
   * RFC 8878 §3.1.1.2: an RLE block stores one byte, whatever size it states. libzstd takes a compressed block of nothing for an empty one
   * where it decodes piece by piece, and refuses it in a whole frame.
   */
  #readBlockHeader(header: number): Expected {
    const isLast = (header & 1) !== 0
    const type = (header >> 1) & 3
    const size = header >> 3
    if (type === 3) throw this.#error('ZSTD_FRAME', 'block type', '3', '0, 1 or 2')
    const least = type === COMPRESSED ? MIN_COMPRESSED : 0
    if (size < least || size > this.#maxBlock) {
      throw this.#error('ZSTD_FRAME', 'block size', `${size}`, `${least} to ${this.#maxBlock}`)
    }
    const stored = type === 1 ? 1 : size
    this.#sizes += size
    if (!isLast) return { part: 'block', need: BLOCK_HEADER, skip: stored }
    if (stored === 0 && this.#statesContent) this.#endEmpty()
    return { part: 'magic', need: 4, skip: stored + (this.#hasChecksum ? CHECKSUM : 0) }
  }

  /** A frame of one byte or none has no room for a compressed block, so that its blocks are as long as they say. */
  #endEmpty(): void {
    this.#isEmptyEnd = this.#maxBlock >= EMPTY_COMPRESSED.length - BLOCK_HEADER
    if (this.#isEmptyEnd || this.#sizes === this.#maxBlock) return
    throw this.#error('ZSTD_DATA', 'content', `${this.#sizes} bytes`, `${this.#maxBlock} as the frame says`)
  }

  #error(code: CodecCode, field: string, got: string, want: string, section = '§4.4'): CodecError {
    const message = `${this.#where}: offset ${this.#offset}: zstd ${field} is ${got}, expected ${want} (spec ${section})`
    return new CodecError(code, message, { where: this.#where, offset: `${this.#offset}`, field, got, want })
  }
}

/** RFC 8878 §3.1.1.1.2. */
function windowSize(byte: number): bigint {
  const base = 1n << BigInt(10 + (byte >> 3))
  return base + (base / 8n) * BigInt(byte & 7)
}

/** RFC 8878 §3.1.1.1.4: two bytes count from 256. */
function contentSize(view: DataView): bigint {
  switch (view.byteLength - 1) {
    case 1:
      return BigInt(view.getUint8(1))
    case 2:
      return BigInt(view.getUint16(1, true) + 256)
    case 4:
      return BigInt(view.getUint32(1, true))
    default:
      return view.getBigUint64(1, true)
  }
}
