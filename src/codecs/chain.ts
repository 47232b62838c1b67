import { FormatError } from '../format/format-error.ts'
import { OP_AES256_GCM, OP_TAR, type OperationChain, operationName } from '../format/operations.ts'
import { aes256Gcm } from './aes256-gcm.ts'
import type { ByteStream, Codec, DecodeContext, EncodeOptions } from './codec.ts'
import { limitDecoded } from './decoded-limit.ts'
import { gzip } from './gzip.ts'
import { zstd } from './zstd.ts'

/** Spec §4.3: what we decode beside the archive step. Why bzip2 and xz are not here is in docs/codecs.md. */
const CODECS: ReadonlyMap<number, Codec> = new Map([gzip, zstd, aes256Gcm].map(codec => [codec.code, codec]))

/** Spec §4.1: 0x01 to 0x0d bundle files. */
const LAST_ARCHIVE_CODE = 0x0d

/**
 * Spec §4.3: refuses a chain that cannot be decoded, by name and before any work. An archive can only be the first operation: what
 * was compressed is bytes, and an archive of an archive would leave open which of the two is unpacked. AES-256-GCM is the last operation,
 * of a slot that says where its key comes from (spec §4.7).
 * @throws FormatError OPERATION_UNSUPPORTED, OPERATION_CHAIN
 */
export function refuseUndecodable(chain: OperationChain, where: string, hasKeySource = false): void {
  const misplaced = chain.findIndex((code, position) => position > 0 && code <= LAST_ARCHIVE_CODE)
  if (misplaced > 0) {
    throw chainError(
      'OPERATION_CHAIN',
      where,
      `${nameOf(chain[misplaced])} as operation ${misplaced + 1}`,
      'archives first',
      '§4.1',
    )
  }
  const unknown = chain.find((code, position) => {
    if (code === OP_AES256_GCM) return !hasKeySource || position !== chain.length - 1
    return !CODECS.has(code) && !(code === OP_TAR && position === 0)
  })
  if (unknown === undefined) return
  const want = 'tar, gzip and zstd, and at the end aes256-gcm with a key_source, only'
  throw chainError('OPERATION_UNSUPPORTED', where, nameOf(unknown), want, '§4.3')
}

/**
 * Spec §4.4: undoes all of a chain but its archive step; `[tar, zstd]` gives the bytes of the archive. `context.maxBytes` bounds
 * what comes out. Consume it to the end: only then is it known that the stream ends where it should.
 * @throws FormatError OPERATION_UNSUPPORTED, OPERATION_CHAIN; CodecError
 */
export async function* decodeChain(
  input: ByteStream,
  chain: OperationChain,
  context: DecodeContext,
): AsyncGenerator<Uint8Array> {
  refuseUndecodable(chain, context.where, context.secret !== undefined)
  const inner = { ...context, maxBytes: innerLimit(context.maxBytes) }
  const decoded = codecsOf(chain).reduceRight((stream: ByteStream, codec) => codec.decode(stream, inner), input)
  yield* limitDecoded(decoded, context)
}

/**
 * Spec §4.3: applies all of a chain but its archive step, which `writeTar` is, and encryption, which is `encryptSlot`. Same input, same bytes: on every machine for zstd; for
 * gzip see docs/codecs.md.
 * @throws FormatError OPERATION_UNSUPPORTED, OPERATION_CHAIN; CodecError ENCODE_FAILED
 */
export async function* encodeChain(
  input: ByteStream,
  chain: OperationChain,
  options: EncodeOptions,
): AsyncGenerator<Uint8Array> {
  refuseUndecodable(chain, 'operations')
  // Only the first compressor knows how long its input is.
  const { effort } = options
  yield* codecsOf(chain).reduce((stream: ByteStream, codec, position) => {
    return codec.encode?.(stream, position === 0 ? options : { effort }) ?? stream
  }, input)
}

function codecsOf(chain: OperationChain): readonly Codec[] {
  return chain.map(code => CODECS.get(code)).filter(codec => codec !== undefined)
}

/** What lies between two compressors is hardly longer than what comes out at the end; a factor leaves room for bad compressors. */
function innerLimit(maxBytes: number): number {
  return 2 * maxBytes + 1024 * 1024
}

function nameOf(code: number | undefined): string {
  return code === undefined ? 'nothing' : (operationName(code) ?? `0x${code.toString(16)}`)
}

function chainError(
  code: 'OPERATION_CHAIN' | 'OPERATION_UNSUPPORTED',
  where: string,
  got: string,
  want: string,
  section: string,
): FormatError {
  const message = `${where}: operations: found ${got}, expected ${want} (spec ${section})`
  return new FormatError(code, message, { where, field: 'operations', got, want })
}
