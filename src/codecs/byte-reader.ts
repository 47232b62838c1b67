import type { ByteStream } from './codec.ts'

const NOTHING = new Uint8Array(0)

/** Reads a byte stream in counted pieces, without copying where a piece lies in one chunk. Close it when done. */
export class ByteReader {
  readonly #source: AsyncIterator<Uint8Array> | Iterator<Uint8Array>
  #chunk: Uint8Array = NOTHING
  #at = 0
  #offset = 0
  #ended = false

  constructor(input: ByteStream) {
    this.#source = Symbol.asyncIterator in input ? input[Symbol.asyncIterator]() : input[Symbol.iterator]()
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset
  }

  /** The next `length` bytes where they are at hand in one piece: spares the caller a turn of the event loop. */
  take(length: number): Uint8Array | undefined {
    return this.#chunk.length - this.#at < length ? undefined : this.#advance(length)
  }

  /** The next `length` bytes; fewer only where the stream ends. */
  async read(length: number): Promise<Uint8Array> {
    const whole = this.take(length)
    if (whole !== undefined) return whole
    const bytes = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const piece = await this.piece(length - filled)
      if (piece === undefined) return bytes.subarray(0, filled)
      bytes.set(piece, filled)
      filled += piece.length
    }
    return bytes
  }

  /** At least one and at most `most` bytes, without waiting; undefined where none are at hand. */
  takePiece(most: number): Uint8Array | undefined {
    const length = Math.min(most, this.#chunk.length - this.#at)
    return length > 0 ? this.#advance(length) : undefined
  }

  /** At least one and at most `most` bytes; undefined at the end of the stream. */
  async piece(most: number): Promise<Uint8Array | undefined> {
    while (this.#at === this.#chunk.length) {
      if (this.#ended) return undefined
      const next = await this.#source.next()
      this.#ended = next.done === true
      this.#chunk = next.done === true ? NOTHING : next.value
      this.#at = 0
    }
    return this.takePiece(most)
  }

  /** All that is left. */
  async *rest(): AsyncGenerator<Uint8Array> {
    for (let piece = await this.piece(Infinity); piece !== undefined; piece = await this.piece(Infinity)) yield piece
  }

  /** Tells the producer that no more is wanted, so that it frees what it holds. */
  async close(): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    this.#chunk = NOTHING
    this.#at = 0
    await this.#source.return?.()
  }

  #advance(length: number): Uint8Array {
    const start = this.#at
    this.#at += length
    this.#offset += length
    return this.#chunk.subarray(start, this.#at)
  }
}
