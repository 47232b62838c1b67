import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { adler32 } from '../vectors/streams.ts'

/** Takes checksums again over bytes that were changed: behind one that is wrong nothing else is ever reached. */
export type Mend = (bytes: Uint8Array) => Uint8Array

const TRAILER_SIZE = 8200

/** Spec §2.1 and §2.3: magics and the checksum of the index. */
export function mendTrailer(bytes: Uint8Array): Uint8Array {
  if (bytes.length < TRAILER_SIZE) return bytes
  const trailer = Buffer.from(bytes)
  const start = trailer.length - TRAILER_SIZE
  trailer.set(Buffer.from('📦'), start)
  trailer.set(Buffer.from('🪄'), trailer.length - 4)
  trailer.writeUInt32LE(0, start + 8)
  trailer.writeUInt32LE(adler32(trailer.subarray(start + 4, trailer.length - 4)), start + 8)
  return trailer
}

/** RFC 1952: CRC-32 and length of a member that stores its bytes as they are. */
export function mendGzip(bytes: Uint8Array): Uint8Array {
  const member = Buffer.from(bytes)
  if (member.length < 23 || member[10] !== 1) return bytes
  const length = member.readUInt16LE(11)
  const end = 15 + length
  if (member.readUInt16LE(13) !== (~length & 0xffff) || member.length < end + 8) return bytes
  member.writeUInt32LE(crc32(member.subarray(15, end)), end)
  member.writeUInt32LE(length, end + 4)
  return member
}

/** The checksum of every block that has the magic of a header. */
export function mendTar(bytes: Uint8Array): Uint8Array {
  const archive = Buffer.from(bytes)
  for (let at = 0; at + 512 <= archive.length; at += 512) {
    const block = archive.subarray(at, at + 512)
    if (block.toString('latin1', 257, 262) !== 'ustar') continue
    block.fill(' ', 148, 156)
    const sum = block.reduce((total, byte) => total + byte, 0)
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  }
  return archive
}

/** workenv §5.1: the sum in the last line of a seal. */
export function mendSeal(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes)
  const last = text.lastIndexOf('\nsum ')
  if (last < 0) return bytes
  const signed = text.subarray(0, last + 1)
  return Buffer.concat([signed, Buffer.from(`sum ${createHash('sha256').update(signed).digest('hex')}\n`)])
}
