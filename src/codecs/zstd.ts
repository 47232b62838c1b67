import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib'
import { MAX_ZSTD_WINDOW } from '../format/limits.ts'
import { OP_ZSTD } from '../format/operations.ts'
import type { ByteStream, Codec, DecodeContext, EncodeOptions } from './codec.ts'
import { CodecError } from './codec-error.ts'
import { limitDecoded } from './decoded-limit.ts'
import { ENGINE_CHUNK, runEngine } from './zlib-engine.ts'
import { cutZstdFrames } from './zstd-frames.ts'

const WINDOW_LOG = Math.log2(MAX_ZSTD_WINDOW)

/**
 * What each effort asks of libzstd; costs and gains are measured in docs/codecs.md. The window is the largest that readers hold. The
 * tables of level 22 are cut to those of level 19: the frames stay the same size, and the compressor takes 180 instead of 730 MiB.
 * One thread: libzstd's workers give other bytes than no workers, and Node's streams end early with them, because they take a chunk
 * that the workers have not used up for the end of the stream.
 */
export const ZSTD_PARAMETERS: Readonly<Record<EncodeOptions['effort'], Record<number, number>>> = {
  fast: { [constants.ZSTD_c_compressionLevel]: 3 },
  default: { [constants.ZSTD_c_compressionLevel]: 17, [constants.ZSTD_c_windowLog]: WINDOW_LOG },
  release: {
    [constants.ZSTD_c_compressionLevel]: 22,
    [constants.ZSTD_c_windowLog]: WINDOW_LOG,
    [constants.ZSTD_c_chainLog]: 24,
    [constants.ZSTD_c_hashLog]: 22,
  },
}

/** Spec §4.4: one or more zstd frames (RFC 8878), skippable ones included, that cover the input exactly. */
export const zstd: Codec = { code: OP_ZSTD, decode: decodeZstd, encode: encodeZstd }

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

async function* encodeZstd(input: ByteStream, options: EncodeOptions): AsyncGenerator<Uint8Array> {
  const engine = createZstdCompress({
    params: { ...ZSTD_PARAMETERS[options.effort], [constants.ZSTD_c_checksumFlag]: 1 },
    chunkSize: ENGINE_CHUNK,
    ...(options.size === undefined ? {} : { pledgedSrcSize: options.size }),
  })
  yield* runEngine(engine, input, cause => {
    return new CodecError('ENCODE_FAILED', `zstd: the compressor failed: ${cause.message}`, {}, { cause })
  })
}
