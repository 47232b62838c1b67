import { availableParallelism } from 'node:os'
import { constants, type ZstdOptions, zstdCompress } from 'node:zlib'
import type { ByteStream, EncodeOptions } from './codec.ts'
import { CodecError } from './codec-error.ts'
import { encodeSeekTable, type SeekEntry } from './zstd-seek-table.ts'

/** Spec §4.6: what a frame decodes to, at most. Smaller ones cost size (docs/codecs.md), larger ones keep fewer cores busy. */
export const ZSTD_FRAME_CONTENT = 4 * 1024 * 1024
/** Each takes 40 MiB at the higher levels; with more of them, packing a large slot would take more memory than is promised. */
const MAX_THREADS = 3

/** What Node sets aside for output at a time: a result keeps all of its last piece, and new pieces pile up until they are collected. */
const OUTPUT_CHUNK = 128 * 1024

/** Not by `promisify`: importing node:util touches stderr, which makes the pipe that `flavor run` passes on non-blocking. */
function compress(bytes: Uint8Array, options: ZstdOptions): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    zstdCompress(bytes, options, (error, compressed) => (error === null ? resolve(compressed) : reject(error)))
  })
}

/**
 * What each effort asks of libzstd; costs and gains are measured in docs/codecs.md. The window holds a whole frame. The tables are cut to
 * what a frame can fill: the frames stay the same size, and the compressor takes 40 instead of 730 MiB. Frames are compressed
 * by one thread each: libzstd's own workers give other bytes than no workers. They have no checksums of their own: the hash of the stored
 * bytes says more, and checking both takes 1.5 % of a first run.
 */
export const ZSTD_PARAMETERS: Readonly<Record<EncodeOptions['effort'], Record<number, number>>> = {
  fast: parameters(3, {}),
  default: parameters(17, { [constants.ZSTD_c_chainLog]: 23, [constants.ZSTD_c_hashLog]: 18 }),
  release: parameters(22, { [constants.ZSTD_c_chainLog]: 23, [constants.ZSTD_c_hashLog]: 18 }),
}

function parameters(level: number, tables: Record<number, number>): Record<number, number> {
  return {
    [constants.ZSTD_c_compressionLevel]: level,
    [constants.ZSTD_c_windowLog]: Math.log2(ZSTD_FRAME_CONTENT),
    ...tables,
  }
}

/**
 * Spec §4.6: independent frames that state their length, and where there is more than one, their seek table. Several are compressed at
 * a time; what comes out depends neither on how many, nor on the chunks of the input.
 * @throws CodecError ENCODE_FAILED
 */
export async function* writeZstd(input: ByteStream, { effort, size }: EncodeOptions): AsyncGenerator<Uint8Array> {
  const queue = new FrameQueue(effort)
  let content = queue.memory()
  let filled = 0
  try {
    for await (const bytes of input) {
      for (let at = 0; at < bytes.length; ) {
        if (filled === content.length) {
          await queue.add(content, filled)
          while (queue.isFull) yield await queue.take()
          content = queue.memory()
          filled = 0
        }
        const piece = bytes.subarray(at, at + content.length - filled)
        content.set(piece, filled)
        filled += piece.length
        at += piece.length
      }
    }
    await queue.add(content, filled)
    while (!queue.isEmpty) yield await queue.take()
    queue.expectSize(size)
    if (queue.entries.length > 1) yield encodeSeekTable(queue.entries)
  } finally {
    await queue.settle()
  }
}

/** Frames in their order, of which some are being compressed. */
class FrameQueue {
  /** Of the frames that were taken. */
  readonly entries: SeekEntry[] = []
  readonly #params: Record<number, number>
  readonly #threads = Math.min(availableParallelism(), MAX_THREADS)
  readonly #frames: { readonly stored: Promise<Uint8Array>; readonly decoded: number }[] = []
  readonly #running = new Set<Promise<unknown>>()
  readonly #spare: Uint8Array[] = []

  constructor(effort: EncodeOptions['effort']) {
    this.#params = ZSTD_PARAMETERS[effort]
  }

  get isEmpty(): boolean {
    return this.#frames.length === 0
  }

  /** One frame takes longer than another: the next are compressed meanwhile, but not without end. */
  get isFull(): boolean {
    return this.#frames.length >= 2 * this.#threads
  }

  /** Room for the content of a frame: that of one that is done, because new memory would pile up until it is collected. */
  memory(): Uint8Array {
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(ZSTD_FRAME_CONTENT)
  }

  /** Begins to compress; waits until there is a thread for it. */
  async add(memory: Uint8Array, length: number): Promise<void> {
    while (this.#running.size >= this.#threads) await Promise.race(this.#running)
    const content = memory.subarray(0, length)
    const stored = compress(content, { params: this.#params, pledgedSrcSize: length, chunkSize: OUTPUT_CHUNK })
    this.#frames.push({ stored, decoded: length })
    // It never rejects: whoever takes the frame gets the error.
    const free = () => this.#spare.push(memory)
    const done = stored.then(free, free)
    this.#running.add(done)
    done.finally(() => this.#running.delete(done))
  }

  /** @throws CodecError ENCODE_FAILED */
  async take(): Promise<Uint8Array> {
    const frame = this.#frames.shift()
    if (frame === undefined) throw new CodecError('ENCODE_FAILED', 'zstd: there is no frame to take', {})
    try {
      const stored = await frame.stored
      this.entries.push({ stored: stored.length, decoded: frame.decoded })
      return stored
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new CodecError('ENCODE_FAILED', `zstd: the compressor failed: ${reason}`, {}, { cause })
    }
  }

  expectSize(size: number | undefined): void {
    const total = this.entries.reduce((sum, { decoded }) => sum + decoded, 0)
    if (size === undefined || size === total) return
    const message = `zstd: the input has ${total} bytes, expected ${size}`
    throw new CodecError('ENCODE_FAILED', message, { got: `${total}`, want: `${size}` })
  }

  /** Waits for what still reads the memory. */
  async settle(): Promise<void> {
    await Promise.all(this.#running)
  }
}
