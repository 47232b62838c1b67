import { FormatError } from './format-error.ts'
import type { IndexBlock } from './index-block.ts'
import { MAX_FILE_SIZE, MAX_METADATA_STORED, MAX_SLOTS } from './limits.ts'
import type { SlotDescriptor } from './slot-descriptor.ts'
import { TRAILER_SIZE } from './trailer.ts'

/** Bytes `start` to `end` (exclusive) of the file. */
export interface Region {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** Where the fixed parts of a file lie; numbers are exact because the file is below 2^53 bytes. */
export interface Layout {
  readonly launcher: Region
  readonly metadata: Region
  readonly slotTable: Region
  readonly trailer: Region
}

/**
 * Spec §2.4: bounds and overlap of the regions that the index names. Slots are checked by `checkSlotRegions`, once their table
 * is read.
 * @throws FormatError INDEX_PACKAGE_SIZE, INDEX_LIMIT, INDEX_BOUNDS, INDEX_OVERLAP
 */
export function checkLayout(index: IndexBlock, fileSize: bigint): Layout {
  if (index.packageSize !== fileSize) {
    throw layoutError(
      'INDEX_PACKAGE_SIZE',
      'package_size',
      `${index.packageSize}`,
      `${fileSize}, the length of the file`,
      '§2.2',
    )
  }
  if (fileSize > BigInt(MAX_FILE_SIZE))
    throw layoutError('INDEX_LIMIT', 'package_size', `${fileSize}`, `at most ${MAX_FILE_SIZE}`, '§10')
  if (index.slotCount > MAX_SLOTS)
    throw layoutError('INDEX_LIMIT', 'slot_count', `${index.slotCount}`, `at most ${MAX_SLOTS}`, '§10')
  if (index.metadataSize > BigInt(MAX_METADATA_STORED)) {
    throw layoutError('INDEX_LIMIT', 'metadata_size', `${index.metadataSize}`, `at most ${MAX_METADATA_STORED}`, '§10')
  }
  const end = fileSize - BigInt(TRAILER_SIZE)
  const layout = {
    launcher: region('launcher', 0n, index.launcherSize, end),
    metadata: region('metadata', index.metadataOffset, index.metadataSize, end),
    slotTable: region('slot table', index.slotTableOffset, index.slotTableSize, end),
    trailer: { name: 'trailer', start: Number(end), end: Number(fileSize) },
  }
  if (index.metadataSize === 0n) throw layoutError('INDEX_BOUNDS', 'metadata_size', '0', 'at least 1', '§2.4')
  findGaps(Object.values(layout))
  return layout
}

/**
 * Spec §2.4 and §2.5: bounds and overlap with the slots. Returns the gaps, whose bytes must be zero.
 * @throws FormatError INDEX_BOUNDS, INDEX_OVERLAP
 */
export function checkSlotRegions(layout: Layout, slots: readonly SlotDescriptor[]): readonly Region[] {
  const end = BigInt(layout.trailer.start)
  const regions = slots.map(slot => region(`slot ${slot.id}`, slot.offset, slot.size, end))
  const first = regions.find(slot => slot.end > slot.start && slot.start < layout.launcher.end)
  if (first !== undefined) throw overlapError(layout.launcher, first)
  return findGaps([...Object.values(layout), ...regions])
}

function region(name: string, offset: bigint, size: bigint, end: bigint): Region {
  if (offset + size > end) {
    throw layoutError(
      'INDEX_BOUNDS',
      name,
      `bytes ${offset} to ${offset + size}`,
      `an end of at most ${end}, where the trailer begins`,
      '§2.4',
    )
  }
  return { name, start: Number(offset), end: Number(offset + size) }
}

function findGaps(regions: readonly Region[]): readonly Region[] {
  const ordered = regions.filter(one => one.end > one.start).sort((a, b) => a.start - b.start)
  const gaps: Region[] = []
  let previous: Region = { name: 'start of the file', start: 0, end: 0 }
  for (const next of ordered) {
    if (next.start < previous.end) throw overlapError(previous, next)
    if (next.start > previous.end) {
      gaps.push({ name: `between ${previous.name} and ${next.name}`, start: previous.end, end: next.start })
    }
    previous = next
  }
  return gaps
}

function overlapError(a: Region, b: Region): FormatError {
  const message = `${b.name} (bytes ${b.start} to ${b.end}) overlaps ${a.name} (bytes ${a.start} to ${a.end}), expected regions apart (spec §2.4)`
  return new FormatError('INDEX_OVERLAP', message, {
    offset: `${b.start}`,
    field: b.name,
    got: `${b.start}..${b.end}`,
    want: `outside of ${a.start}..${a.end}`,
  })
}

type LayoutCode = 'INDEX_PACKAGE_SIZE' | 'INDEX_LIMIT' | 'INDEX_BOUNDS'

function layoutError(code: LayoutCode, field: string, got: string, want: string, section: string): FormatError {
  return new FormatError(code, `index: ${field} is ${got}, expected ${want} (spec ${section})`, { field, got, want })
}
