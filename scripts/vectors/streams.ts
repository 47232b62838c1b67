import { createHash } from 'node:crypto'
import { constants, crc32, deflateRawSync, zstdCompressSync } from 'node:zlib'

/**
 * Encoders of the generator, apart from those of src/: two writers that share code share its mistakes. What they write does not
 * depend on the processor: stored blocks, run lengths, and a zstd that is fixed with the pinned Node.
 */

const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff)

export interface GzipChanges {
  readonly header?: Uint8Array
  readonly deflated?: Uint8Array
  readonly crc?: number
  readonly length?: number
}

/** One gzip member of stored blocks. */
export function gzip(bytes: Uint8Array, changes: GzipChanges = {}): Buffer {
  const footer = Buffer.alloc(8)
  footer.writeUInt32LE(changes.crc ?? crc32(bytes), 0)
  footer.writeUInt32LE(changes.length ?? bytes.length % 2 ** 32, 4)
  return Buffer.concat([changes.header ?? GZIP_HEADER, changes.deflated ?? storedBlocks(bytes), footer])
}

/** One gzip member of run lengths: for bombs. */
export function gzipRuns(bytes: Uint8Array): Buffer {
  return gzip(bytes, { deflated: deflateRawSync(bytes, { level: 9, strategy: constants.Z_RLE }) })
}

/** RFC 1951 §3.2.4. */
function storedBlocks(bytes: Uint8Array): Buffer {
  const blocks: Buffer[] = []
  for (let at = 0; at === 0 || at < bytes.length; at += 0xffff) {
    const body = bytes.subarray(at, at + 0xffff)
    const header = Buffer.alloc(5)
    header.writeUInt8(at + body.length >= bytes.length ? 1 : 0, 0)
    header.writeUInt16LE(body.length, 1)
    header.writeUInt16LE(0xffff - body.length, 3)
    blocks.push(header, Buffer.from(body))
  }
  return Buffer.concat(blocks)
}

export function zstd(bytes: Uint8Array): Buffer {
  return zstdCompressSync(bytes, {
    pledgedSrcSize: bytes.length,
    params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
  })
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

/** RFC 1950 §8.2, byte by byte. */
export function adler32(bytes: Uint8Array): number {
  let a = 1
  let b = 0
  for (const byte of bytes) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  return b * 65536 + a
}
