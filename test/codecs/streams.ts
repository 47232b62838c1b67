import fc from 'fast-check'
import type { ByteStream } from '../../src/codecs/codec.ts'

/** All bytes of a stream. */
export async function collect(stream: ByteStream): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const bytes of stream) pieces.push(bytes)
  return Buffer.concat(pieces)
}

/** `bytes` in pieces whose lengths are those of `lengths`, again and again; empty pieces included. */
export function* inPieces(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  let turn = 0
  for (let start = 0; start < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1
    yield bytes.subarray(start, start + length)
    start += length
  }
}

/** Piece lengths of which at least one is above zero. */
export const pieceLengths = fc
  .array(fc.oneof(fc.constantFrom(0, 1, 2, 3, 511, 512, 513), fc.nat(3000)), { minLength: 1, maxLength: 6 })
  .map(lengths => (lengths.some(length => length > 0) ? lengths : [1]))

/** An endless stream that says whether it was told to stop. */
export class Endless implements AsyncIterable<Uint8Array> {
  readonly #piece: Uint8Array
  isClosed = false

  constructor(piece: Uint8Array) {
    this.#piece = piece
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield this.#piece
    } finally {
      this.isClosed = true
    }
  }
}
