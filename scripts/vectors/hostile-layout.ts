import type { PackageHooks, Places } from './assembler.ts'
import { hostile } from './hostile-package.ts'
import { fileSlot } from './slots.ts'
import type { Vector } from './vector.ts'

const trailer = hostile('trailer', 'open')
const index = hostile('index', 'open')
const layout = hostile('layout', 'open')

/** Two bodies of 16 bytes, so that one can be moved onto the other. */
const PAIR = [fileSlot('one', 'one', 'sixteen bytes 01', 'raw'), fileSlot('two', 'two', 'sixteen bytes 02', 'raw')]

const TRAILERS: readonly Vector[] = [
  trailer('empty', 'TRAILER_TOO_SHORT', '§2.1', 'An empty file.', { finish: () => Buffer.alloc(0) }),
  trailer('one-byte-short', 'TRAILER_TOO_SHORT', '§2.1', '8199 bytes, the most that cannot hold a trailer.', {
    finish: file => file.subarray(-8199),
  }),
  trailer('no-magic', 'TRAILER_MAGIC', '§2.1', 'A file of 8200 zeros.', { finish: () => Buffer.alloc(8200) }),
  trailer('wrong-start', 'TRAILER_MAGIC', '§2.1', 'The first magic differs in one bit.', {
    editFile: (file, { trailer: at }) => flip(file, at),
  }),
  trailer('wrong-end', 'TRAILER_MAGIC', '§2.1', 'The last byte of the file differs in one bit.', {
    editFile: file => flip(file, file.length - 1),
  }),
  trailer('trailing-newline', 'TRAILER_MAGIC', '§2.1', 'One byte behind the trailer: nothing searches for it.', {
    finish: file => Buffer.concat([file, Buffer.from('\n')]),
  }),
  trailer('cut-short', 'TRAILER_MAGIC', '§2.1', 'The last byte of a download is missing.', {
    finish: file => file.subarray(0, -1),
  }),
  trailer(
    'second-package-behind',
    'INDEX_PACKAGE_SIZE',
    '§2.2',
    'A package behind a package: the offsets of the last one are from its own start, which is not the start of the file.',
    {
      finish: file => Buffer.concat([file, file]),
    },
  ),
]

const byte = (name: string, offset: number, value: number, comment: string) =>
  index(name, 'INDEX_RESERVED', '§2.2', comment, { editIndex: bytes => bytes.writeUInt8(value, offset) })

const INDEXES: readonly Vector[] = [
  index('version-2024', 'INDEX_VERSION', '§2.2', 'Another version of the format.', {
    editIndex: bytes => bytes.writeUInt32LE(0x20240001, 0),
  }),
  index('version-big-endian', 'INDEX_VERSION', '§2.2', 'The version in the other order of bytes.', {
    editIndex: bytes => bytes.writeUInt32BE(0x20250001, 0),
  }),
  index('checksum-flipped', 'INDEX_CHECKSUM', '§2.3', 'One bit of the checksum.', {
    editFile: (file, { index: at }) => flip(file, at + 4),
  }),
  index('checksum-zero', 'INDEX_CHECKSUM', '§2.3', 'No checksum: zero is no way to leave it out.', {
    editFile: (file, { index: at }) => file.writeUInt32LE(0, at + 4),
  }),
  index('hint-changed', 'INDEX_CHECKSUM', '§2.3', 'page_size means nothing, but is covered by the checksum.', {
    editFile: (file, { index: at }) => flip(file, at + 645),
  }),
  byte('flags', 60, 2, 'flags are defined by the format and set by nobody.'),
  byte('signature-tail', 639, 1, 'The last byte of the signature field, behind the 64 that a signature has.'),
  byte('hint-bytes', 642, 1, 'A byte that one reference calls codec and another encryption.'),
  byte('cpu-features', 664, 1, 'A reserved field.'),
  byte('padding', 703, 0x80, 'The last byte of the padding in the index.'),
  byte('build-timestamp', 704, 1, 'A field that no builder fills.'),
  byte('provenance-uri', 831, 1, 'A field that no builder fills.'),
  byte('extensions', 848, 1, 'Extensions that nobody knows.'),
  byte('future-crypto', 864, 1, 'Room for later: a signature that we would ignore.'),
  byte('last-byte', 8191, 1, 'The last reserved byte.'),
  byte('capabilities', 833, 1, 'A capability without a meaning.'),
  index('slot-table-size', 'INDEX_SLOT_TABLE', '§2.2', 'A table of 65 bytes for one slot.', {
    editIndex: bytes => bytes.writeBigUInt64LE(65n, 48),
  }),
  index('slot-count-zero', 'INDEX_SLOT_TABLE', '§2.2', 'No slot, but a table.', {
    editIndex: bytes => bytes.writeUInt32LE(0, 56),
  }),
  index('too-many-slots', 'INDEX_LIMIT', '§10', '4 294 967 295 slots: a reader must not take memory for them first.', {
    editIndex: bytes => {
      bytes.writeUInt32LE(0xffffffff, 56)
      bytes.writeBigUInt64LE(64n * 0xffffffffn, 48)
    },
  }),
  index('1025-slots', 'INDEX_LIMIT', '§10', 'One slot more than the limit.', {
    editIndex: bytes => {
      bytes.writeUInt32LE(1025, 56)
      bytes.writeBigUInt64LE(64n * 1025n, 48)
    },
  }),
  index('metadata-too-large', 'INDEX_LIMIT', '§10', 'One byte of stored metadata more than the limit.', {
    editIndex: bytes => bytes.writeBigUInt64LE(16n * 1024n * 1024n + 1n, 32),
  }),
  index('package-size-short', 'INDEX_PACKAGE_SIZE', '§2.2', 'package_size is one less than the file.', {
    editIndex: bytes => bytes.writeBigUInt64LE(bytes.readBigUInt64LE(8) - 1n, 8),
  }),
  index(
    'package-size-4-gib',
    'INDEX_PACKAGE_SIZE',
    '§2.2',
    'Right in its lower half: a reader of 32 bits would not see it.',
    {
      editIndex: bytes => bytes.writeUInt32LE(1, 12),
    },
  ),
  index('package-size-zero', 'INDEX_PACKAGE_SIZE', '§2.2', 'No size.', {
    editIndex: bytes => bytes.writeBigUInt64LE(0n, 8),
  }),
]

/** Writes one u64 of the index. */
const place = (name: string, error: string, offset: number, value: (places: Places) => bigint, comment: string) =>
  layout(name, error, '§2.4', comment, {
    slots: PAIR,
    editIndex: (bytes, places) => bytes.writeBigUInt64LE(value(places), offset),
  })

/** Writes the offset of the second slot, which is 16 bytes long. */
const move = (name: string, error: string, offset: (places: Places) => bigint, comment: string) =>
  layout(name, error, '§2.4', comment, {
    slots: PAIR,
    editFile: (file, { table }, stated) => file.writeBigUInt64LE(offset(stated), table + 64 + 16),
  })

const BOUNDS: readonly Vector[] = [
  place(
    'launcher-past-end',
    'INDEX_BOUNDS',
    16,
    ({ trailer }) => BigInt(trailer) + 1n,
    'The launcher ends in the trailer.',
  ),
  place(
    'launcher-over-metadata',
    'INDEX_OVERLAP',
    16,
    ({ metadata }) => BigInt(metadata + 1),
    'The launcher claims the first byte of the metadata.',
  ),
  place(
    'metadata-past-end',
    'INDEX_BOUNDS',
    24,
    ({ trailer }) => BigInt(trailer),
    'The metadata begins in the trailer.',
  ),
  place('metadata-wraps', 'INDEX_BOUNDS', 24, () => 2n ** 64n - 1n, 'Offset and size together pass 2^64.'),
  place('metadata-empty', 'INDEX_BOUNDS', 32, () => 0n, 'No metadata at all.'),
  place(
    'metadata-over-table',
    'INDEX_OVERLAP',
    32,
    ({ metadata, table }) => BigInt(table - metadata) + 1n,
    'The metadata claims the first byte of the slot table.',
  ),
  place('table-in-launcher', 'INDEX_OVERLAP', 40, () => 0n, 'The slot table lies in the launcher.'),
  place(
    'table-in-trailer',
    'INDEX_BOUNDS',
    40,
    ({ trailer }) => BigInt(trailer) - 127n,
    'The slot table ends in the trailer.',
  ),
  place(
    'table-wraps',
    'INDEX_BOUNDS',
    40,
    () => 2n ** 64n - 128n,
    'Offset and size together are 2^64, which wraps to 0.',
  ),
  move('slots-share-bytes', 'INDEX_OVERLAP', ({ slots }) => BigInt(slots[0] ?? 0), 'Both slots claim the same bytes.'),
  move(
    'slots-overlap',
    'INDEX_OVERLAP',
    ({ slots }) => BigInt(slots[0] ?? 0) + 15n,
    'Two slots have one byte in common.',
  ),
  move('slot-in-launcher', 'INDEX_OVERLAP', () => 0n, 'A slot lies in the launcher.'),
  move('slot-in-metadata', 'INDEX_OVERLAP', ({ metadata }) => BigInt(metadata), 'A slot lies in the metadata.'),
  move('slot-in-table', 'INDEX_OVERLAP', ({ table }) => BigInt(table), 'A slot lies in the slot table.'),
  move('slot-in-trailer', 'INDEX_BOUNDS', ({ trailer }) => BigInt(trailer) - 15n, 'A slot ends in the trailer.'),
  move('slot-past-end', 'INDEX_BOUNDS', () => 2n ** 62n, 'A slot lies far behind the end.'),
  move(
    'slot-wraps',
    'INDEX_BOUNDS',
    () => 2n ** 64n - 8n,
    'Offset and size together pass 2^64 and come back into the file.',
  ),
]

/** Fills one gap with zeros and a single other byte. */
const gap = (name: string, gaps: PackageHooks['gaps'], comment: string) =>
  layout(name, 'PADDING_NOT_ZERO', '§2.5', comment, { slots: PAIR, ...(gaps && { gaps }) })

const FIRST = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0])
const LAST = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0x80])

const GAPS: readonly Vector[] = [
  gap('padding-before-metadata', { metadata: FIRST }, 'A byte between launcher and metadata.'),
  gap('padding-before-table', { table: LAST }, 'A byte between metadata and slot table.'),
  gap('padding-before-slot', { slots: [LAST] }, 'A byte between slot table and first slot.'),
  gap('padding-between-slots', { slots: [Buffer.alloc(8), FIRST] }, 'A byte between two slots.'),
  gap('padding-before-trailer', { trailer: FIRST }, 'A byte between the last slot and the trailer.'),
  gap(
    'padding-in-hole',
    { metadata: Buffer.concat([Buffer.alloc(8191), Buffer.of(1)]) },
    'The last byte of the Rust builder’s hole.',
  ),
]

export const HOSTILE_LAYOUT: readonly Vector[] = [...TRAILERS, ...INDEXES, ...BOUNDS, ...GAPS]

function flip(bytes: Buffer, offset: number): void {
  bytes.writeUInt8(bytes.readUInt8(offset) ^ 1, offset)
}
