import { constants, createZstdDecompress } from 'node:zlib'
import { MAX_ZSTD_WINDOW } from '../format/limits.ts'
import { OP_ZSTD } from '../format/operations.ts'
import type { ByteStream, Codec, DecodeContext } from './codec.ts'
import { CodecError } from './codec-error.ts'
import { limitDecoded } from './decoded-limit.ts'
import { ENGINE_CHUNK, runEngine } from './zlib-engine.ts'
import { cutZstdFrames } from './zstd-frames.ts'
import { writeZstd } from './zstd-writer.ts'

const WINDOW_LOG = Math.log2(MAX_ZSTD_WINDOW)

/** Spec §4.4: one or more zstd frames (RFC 8878), skippable ones included, that cover the input exactly. */
export const zstd: Codec = { code: OP_ZSTD, decode: decodeZstd, encode: writeZstd }

async function* decodeZstd(input: ByteStream, context: DecodeContext): AsyncGenerator<Uint8Array> {
  yield* limitDecoded(decompress(cutZstdFrames(input, context.where), context.where), context)
}

async function* decompress(frames: ByteStream, where: string): AsyncGenerator<Uint8Array> {
  const params = { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG }
  const engine = createZstdDecompress({ params, chunkSize: ENGINE_CHUNK })
  const offered = yield* runEngine(engine, frames, cause => {
    return new CodecError(
      'ZSTD_DATA',
      `${where}: zstd data is damaged: ${cause.message} (spec §4.4)`,
      { where },
      { cause },
    )
  })
  if (offered === engine.bytesWritten) return
  const message = `${where}: zstd used ${engine.bytesWritten} of at least ${offered} bytes, expected all (spec §4.4)`
  throw new CodecError('ZSTD_TRAILING', message, { where, got: `${engine.bytesWritten}`, want: `${offered}` })
}
