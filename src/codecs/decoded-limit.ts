import type { ByteStream, DecodeContext } from './codec.ts'
import { CodecError } from './codec-error.ts'

/**
 * Spec §4.4: passes bytes on until they would become more than `context.maxBytes`. A few stored kilobytes can decode to petabytes,
 * and whoever writes them to a disk should stop at the size that was signed.
 * @throws CodecError DECODED_TOO_LONG
 */
export async function* limitDecoded(input: ByteStream, context: DecodeContext): AsyncGenerator<Uint8Array> {
  let total = 0
  for await (const bytes of input) {
    const left = context.maxBytes - total
    total += bytes.length
    if (total > context.maxBytes) {
      // What is wrong with the bytes before comes first, however they arrive.
      if (left > 0) yield bytes.subarray(0, left)
      const message = `${context.where}: decodes to more than ${context.maxBytes} bytes, expected at most that (spec §4.4)`
      throw new CodecError('DECODED_TOO_LONG', message, { where: context.where, want: `${context.maxBytes}` })
    }
    yield bytes
  }
}
