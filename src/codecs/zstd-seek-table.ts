/** Spec §4.6: the skippable frame that stands last, and how it ends. */
const SKIPPABLE_MAGIC = 0x184d2a5e
const SEEKABLE_MAGIC = 0x8f92eab1
const SKIPPABLE_HEADER = 8
const ENTRY_SIZE = 8
const FOOTER_SIZE = 9

export interface SeekEntry {
  /** Stored bytes of a frame. */
  readonly stored: number
  /** Bytes that it decodes to. */
  readonly decoded: number
}

/**
 * Spec §4.6: the seek table of the zstd seekable format, version 0.1.0, without checksums. To decoders that do not know it, it is a
 * skippable frame.
 * @param entries of all frames, in their order; both numbers of each below 2^32
 */
export function encodeSeekTable(entries: readonly SeekEntry[]): Uint8Array {
  const content = entries.length * ENTRY_SIZE + FOOTER_SIZE
  const table = Buffer.alloc(SKIPPABLE_HEADER + content)
  table.writeUInt32LE(SKIPPABLE_MAGIC, 0)
  table.writeUInt32LE(content, 4)
  for (const [position, { stored, decoded }] of entries.entries()) {
    const at = SKIPPABLE_HEADER + position * ENTRY_SIZE
    table.writeUInt32LE(stored, at)
    table.writeUInt32LE(decoded, at + 4)
  }
  const footer = table.length - FOOTER_SIZE
  table.writeUInt32LE(entries.length, footer)
  // The descriptor between the two, which says that there are no checksums, is zero.
  table.writeUInt32LE(SEEKABLE_MAGIC, footer + 5)
  return table
}
