/** Bytes as they come: chunks of any length, none of them kept by the producer after it yields the next. */
export type ByteStream = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** What a decoder may assume and must enforce (spec §4.4). */
export interface DecodeContext {
  /** For messages: where in the package the stream stands, such as `slot 2`. */
  readonly where: string
  /** The decoder fails with DECODED_TOO_LONG before it yields more bytes than this. */
  readonly maxBytes: number
  /** The key of an encrypted slot (spec §4.7). */
  readonly secret?: Uint8Array
}

/**
 * One reversible operation of a chain (spec §4.3). A decoder consumes its whole input: bytes behind the end of its stream are an
 * error, never ignored. An encoder gives the same bytes for the same input, whatever the chunks are.
 */
export interface Codec {
  readonly code: number
  decode(input: ByteStream, context: DecodeContext): AsyncIterable<Uint8Array>
  /** Absent where we only read. */
  encode?(input: ByteStream, options: EncodeOptions): AsyncIterable<Uint8Array>
}

export interface EncodeOptions {
  /** `fast`: for tests and development; `default`; `release`: smallest, whatever it takes. */
  readonly effort: 'fast' | 'default' | 'release'
  /** Length of the input where it is known; zstd writes it into its frame. */
  readonly size?: number
}
