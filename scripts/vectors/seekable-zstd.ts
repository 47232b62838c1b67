import { goodPackage } from './expected.ts'
import { fileSlot } from './slots.ts'
import { sha256Hex, zstd } from './streams.ts'
import { inArea, type Vector } from './vector.ts'

/** Spec §4.6, of the generator's own: two writers that share code share its mistakes. Changes make a table that lies. */
interface TableChanges {
  readonly count?: number
  readonly descriptor?: number
  readonly magic?: number
}

function seekTable(
  entries: readonly (readonly [stored: number, decoded: number])[],
  changes: TableChanges = {},
): Buffer {
  const words = [0x184d2a5e, entries.length * 8 + 9, ...entries.flat(), changes.count ?? entries.length]
  const table = Buffer.alloc(words.length * 4 + 5)
  for (const [position, word] of words.entries()) table.writeUInt32LE(word, position * 4)
  table.writeUInt8(changes.descriptor ?? 0, words.length * 4)
  table.writeUInt32LE(changes.magic ?? 0x8f92eab1, words.length * 4 + 1)
  return table
}

const HELLO = Buffer.from('hello ')
const WORLD = Buffer.from('world\n')
const [one, two] = [zstd(HELLO), zstd(WORLD)]
const TEXT = Buffer.concat([HELLO, WORLD])
const TRUE = [
  [one.length, HELLO.length],
  [two.length, WORLD.length],
] as const
const [first, second] = TRUE
const MAX_BYTES = 4096

const vectors = inArea('zstd', { kind: 'zstd', spec: '§4.6', input: { max_bytes: MAX_BYTES } })
const file = (parts: readonly Uint8Array[]) => ({ extension: 'bin' as const, bytes: Buffer.concat(parts) })
const good = (name: string, comment: string, parts: readonly Uint8Array[], decoded: Uint8Array = TEXT) =>
  vectors({ name, comment, file: file(parts), expect: { ok: { size: decoded.length, sha256: sha256Hex(decoded) } } })
const lying = (name: string, comment: string, table: Uint8Array) =>
  good(`seek-table-${name}`, `${comment} The frames count.`, [one, two, table])
const refused = (name: string, error: string, comment: string, parts: readonly Uint8Array[]) =>
  vectors({ name: `seek-table-${name}`, comment, file: file(parts), expect: { error } })

const STREAMS: readonly Vector[] = [
  good('good-seek-table', 'Two frames and their seek table.', [one, two, seekTable(TRUE)]),
  lying(
    'lengths-small',
    'The table says that frames decode to less.',
    seekTable([
      [one.length, 1],
      [two.length, 1],
    ]),
  ),
  lying(
    'lengths-huge',
    'The table says 4 GiB - 1 for each frame.',
    seekTable(TRUE.map(([stored]) => [stored, 0xffffffff])),
  ),
  lying(
    'lengths-moved',
    'The sum of the decoded lengths is right.',
    seekTable([
      [one.length, 7],
      [two.length, 5],
    ]),
  ),
  lying(
    'inside-frame',
    'The second entry begins inside of a frame.',
    seekTable([
      [one.length - 4, 6],
      [two.length + 4, 6],
    ]),
  ),
  lying(
    'swapped',
    'The entries are in the wrong order.',
    seekTable([
      [two.length + 1, 6],
      [one.length - 1, 6],
    ]),
  ),
  lying('short', 'The first frame only.', seekTable([first])),
  lying('one-for-both', 'One entry for both frames.', seekTable([[one.length + two.length, TEXT.length]])),
  lying('twice', 'The second frame twice.', seekTable([first, second, second])),
  lying('beyond', 'An entry that reaches beyond the data.', seekTable([first, [0xffffffff, 6]])),
  lying('itself', 'An entry for the table itself.', seekTable([first, second, [41, 0]])),
  lying('empty', 'No entries.', seekTable([])),
  lying('count-huge', 'More entries than there are bytes.', seekTable(TRUE, { count: 0xffffffff })),
  lying('count-small', 'Fewer entries than the frame of the table has room for.', seekTable(TRUE, { count: 1 })),
  lying(
    'checksum-flag',
    'A descriptor that promises checksums which are not there.',
    seekTable(TRUE, { descriptor: 0x80 }),
  ),
  lying('reserved-bits', 'A descriptor with reserved bits.', seekTable(TRUE, { descriptor: 0x7c })),
  lying('magic', 'Another magic at the end.', seekTable(TRUE, { magic: 0x8f92eab2 })),
  good('seek-table-before', 'A table before the frames.', [seekTable(TRUE), one, two]),
  good('seek-table-between', 'A frame behind the table.', [one, seekTable([first]), two]),
  good('seek-table-alone', 'A table for nothing.', [seekTable([])], Buffer.alloc(0)),
  refused('cut', 'TRUNCATED', 'A table without its last byte.', [one, two, seekTable(TRUE).subarray(0, -1)]),
  refused('trailing', 'ZSTD_TRAILING', 'A byte behind the table.', [one, two, seekTable(TRUE), Buffer.of(0)]),
  refused('too-long', 'DECODED_TOO_LONG', 'A table that hides how much its frame decodes to.', [
    zstd(Buffer.alloc(2 * 1024 * 1024)),
    seekTable([[1, 1]]),
  ]),
  refused('damaged-frame', 'ZSTD_DATA', 'A right table of a frame whose checksum is wrong.', [
    one,
    two.subarray(0, -1),
    Buffer.of((two.at(-1) ?? 0) ^ 1),
    seekTable(TRUE),
  ]),
]

/** As the writer cuts it, so that readers with several threads use them. */
const FRAME = 4 * 1024 * 1024
const LONG = '0123456789abcdef\n'.repeat(540_000)
const FRAMES = [0, FRAME, 2 * FRAME].map(at => {
  const part = Buffer.from(LONG.slice(at, at + FRAME))
  return { stored: zstd(part), decoded: part.length }
})
const entries = FRAMES.map(({ stored, decoded }) => [stored.length, decoded] as const)

function framed(name: string, comment: string, table: Uint8Array): Vector {
  const stored = Buffer.concat([...FRAMES.map(frame => frame.stored), table])
  const slot = fileSlot('app', 'bin/app', LONG, 'zstd', { stored })
  return goodPackage({ area: 'own', name, comment, spec: '§4.6' }, [slot], {})
}

/** Moves the border of the first two entries, so that their sum stays right. */
const SHIFT = [1, -1, 0]
const shifted = entries.map(([stored, decoded], position) => [stored + (SHIFT[position] ?? 0), decoded] as const)
const resized = entries.map(([stored, decoded], position) => [stored, decoded + (SHIFT[position] ?? 0)] as const)

const PACKAGES: readonly Vector[] = [
  framed('zstd-frames', 'A file of 9 MB in three frames with their seek table.', seekTable(entries)),
  framed('zstd-frames-without-table', 'The same without a table.', new Uint8Array()),
  framed(
    'zstd-frames-lying-table',
    'Entries that begin inside of frames; signed, and of no effect.',
    seekTable(shifted),
  ),
  framed(
    'zstd-frames-lying-lengths',
    'Decoded lengths whose sum is right; signed, and of no effect.',
    seekTable(resized),
  ),
]

export const SEEKABLE_ZSTD: readonly Vector[] = [...STREAMS, ...PACKAGES]
