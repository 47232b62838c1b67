import { FormatError } from './format-error.ts'
import { encodeIndexBlock, INDEX_SIZE, type IndexBlock, parseIndexBlock } from './index-block.ts'

/** Spec §2.1: U+1F4E6 in UTF-8, before the index block. */
export const MAGIC_START = Uint8Array.of(0xf0, 0x9f, 0x93, 0xa6)
/** Spec §2.1: U+1FA84 in UTF-8, the last four bytes of the file. */
export const MAGIC_END = Uint8Array.of(0xf0, 0x9f, 0xaa, 0x84)
/** Spec §2.1: 4 + 8192 + 4 bytes at the end of the file. */
export const TRAILER_SIZE = 4 + INDEX_SIZE + 4

/**
 * Spec §2.1: reads the last 8200 bytes of a file. There is no search: bytes behind the trailer make a file unreadable.
 * @throws FormatError TRAILER_TOO_SHORT, TRAILER_MAGIC, or what `parseIndexBlock` throws
 */
export function parseTrailer(bytes: Uint8Array, fileSize: bigint): IndexBlock {
  if (bytes.length !== TRAILER_SIZE) {
    throw new FormatError(
      'TRAILER_TOO_SHORT',
      `the file has ${fileSize} bytes, expected at least the ${TRAILER_SIZE} of a trailer (spec §2.1)`,
      { got: `${fileSize}`, want: `${TRAILER_SIZE}` },
      { hint: 'the file is no PSPF/2025 package, or only a part of one: fetch it again' },
    )
  }
  const start = fileSize - BigInt(TRAILER_SIZE)
  expectMagic(bytes.subarray(0, 4), MAGIC_START, start)
  expectMagic(bytes.subarray(TRAILER_SIZE - 4), MAGIC_END, fileSize - 4n)
  return parseIndexBlock(bytes.subarray(4, 4 + INDEX_SIZE), start + 4n)
}

/** Spec §2.1: the trailer for `index`. */
export function encodeTrailer(index: IndexBlock): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(TRAILER_SIZE)
  bytes.set(MAGIC_START, 0)
  bytes.set(encodeIndexBlock(index), 4)
  bytes.set(MAGIC_END, TRAILER_SIZE - 4)
  return bytes
}

function expectMagic(got: Uint8Array, want: Uint8Array, offset: bigint): void {
  if (got.every((byte, position) => byte === want[position])) return
  throw new FormatError(
    'TRAILER_MAGIC',
    `offset ${offset}: trailer magic is ${hex(got)}, expected ${hex(want)} (spec §2.1)`,
    { offset: `${offset}`, field: 'magic', got: hex(got), want: hex(want) },
    { hint: 'the file is no PSPF/2025 package, is cut short, or has bytes after its end' },
  )
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}
