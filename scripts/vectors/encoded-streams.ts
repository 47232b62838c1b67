import { gzip, gzipRuns, sha256Hex, zstd } from './streams.ts'
import { inArea, type Vector } from './vector.ts'

const TEXT = Buffer.from('hello world\n')
const MAX_BYTES = 4096

function stream(kind: 'gzip' | 'zstd') {
  const vectors = inArea(kind, { kind, spec: '§4.4', input: { max_bytes: MAX_BYTES } })
  const file = (bytes: Uint8Array) => ({ extension: 'bin' as const, bytes })
  return {
    good: (name: string, comment: string, bytes: Uint8Array, decoded: Uint8Array = TEXT) =>
      vectors({
        name,
        comment,
        file: file(bytes),
        expect: { ok: { size: decoded.length, sha256: sha256Hex(decoded) } },
      }),
    refused: (name: string, error: string, comment: string, bytes: Uint8Array, spec = '§4.4') =>
      vectors({ name, comment, spec, file: file(bytes), expect: { error } }),
  }
}

const gz = stream('gzip')
const member = gzip(TEXT)
const header = (hex: string) => gzip(TEXT, { header: Buffer.from(hex, 'hex') })

const GZIP: readonly Vector[] = [
  gz.good('good', 'One member.', member),
  gz.good('good-empty', 'A member of nothing.', gzip(new Uint8Array()), new Uint8Array()),
  gz.good('good-name', 'A member with a file name, as `gzip FILE` writes it.', header('1f8b080800000000000378797a00')),
  gz.good(
    'good-limit',
    'Exactly as many bytes as are allowed.',
    gzip(Buffer.alloc(MAX_BYTES, 'x')),
    Buffer.alloc(MAX_BYTES, 'x'),
  ),
  gz.refused('empty', 'TRUNCATED', 'No member.', new Uint8Array()),
  gz.refused('magic', 'GZIP_HEADER', 'Another magic.', header('1f9d080000000000000f')),
  gz.refused('method', 'GZIP_HEADER', 'A method that is not DEFLATE.', header('1f8b070000000000000f')),
  gz.refused('reserved-flag', 'GZIP_HEADER', 'A reserved flag.', header('1f8b082000000000000f')),
  gz.refused('header-crc', 'GZIP_HEADER', 'A wrong checksum of the header.', header('1f8b080200000000000f1234')),
  gz.refused('cut-in-name', 'TRUNCATED', 'The name does not end.', Buffer.from('1f8b08080000000000036162', 'hex')),
  gz.refused('cut-in-stream', 'TRUNCATED', 'The stream does not end.', member.subarray(0, -10)),
  gz.refused('cut-in-footer', 'TRUNCATED', 'The footer is one byte short.', member.subarray(0, -1)),
  gz.refused(
    'block-type',
    'GZIP_DATA',
    'A DEFLATE block of type 3.',
    gzip(TEXT, { deflated: Buffer.from('0700', 'hex') }),
  ),
  gz.refused(
    'stored-length',
    'GZIP_DATA',
    'A stored block whose lengths disagree.',
    gzip(TEXT, { deflated: Buffer.from('0101000000', 'hex') }),
  ),
  gz.refused(
    'distance-before-the-start',
    'GZIP_DATA',
    'A match that reaches back beyond the first byte, with the CRC-32 of what a decoder finds there whose window began as zeros.',
    gzip(Buffer.from('a\0\0a'), { deflated: Buffer.from('4b042200', 'hex') }),
  ),
  gz.refused('crc', 'GZIP_CRC', 'A wrong CRC-32.', gzip(TEXT, { crc: 1 })),
  gz.refused('length', 'GZIP_CRC', 'A wrong length.', gzip(TEXT, { length: 11 })),
  gz.refused('zero-padding', 'GZIP_TRAILING', 'Zeros behind the member.', Buffer.concat([member, Buffer.alloc(512)])),
  gz.refused('second-member', 'GZIP_TRAILING', 'A second member.', Buffer.concat([member, member])),
  gz.refused(
    'one-byte-behind',
    'GZIP_TRAILING',
    'One byte behind the member.',
    Buffer.concat([member, Buffer.from('x')]),
  ),
  gz.refused('too-long', 'DECODED_TOO_LONG', 'One byte more than is allowed.', gzip(Buffer.alloc(MAX_BYTES + 1, 'x'))),
  gz.refused('bomb', 'DECODED_TOO_LONG', 'A megabyte out of a kilobyte.', gzipRuns(Buffer.alloc(1024 * 1024))),
]

const zs = stream('zstd')
const frame = zstd(TEXT)
const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex')
/** Magic, then a single segment of one byte of size, then one raw block. */
const raw = (descriptor: string, block: string) => bytes(`28b52ffd ${descriptor} ${block}`)
const SKIPPABLE = bytes('502a4d18 03000000 616263')

const ZSTD: readonly Vector[] = [
  zs.good('good', 'One frame with a checksum.', frame),
  zs.good(
    'good-empty-last-block',
    'The last block holds nothing, as an encoder that was flushed writes it.',
    bytes('28b52ffd 20 05 280000 68656c6c6f 010000'),
    Buffer.from('hello'),
  ),
  zs.good(
    'good-empty-last-block-of-one',
    'The same in a frame of one byte, whose blocks have room for no other form.',
    bytes('28b52ffd 20 01 080000 61 010000'),
    Buffer.from('a'),
  ),
  zs.refused(
    'empty-last-block-too-short',
    'ZSTD_DATA',
    'The frame states six bytes and holds five; the last block holds nothing, where libzstd does not compare them.',
    bytes('28b52ffd 20 06 280000 68656c6c6f 010000'),
  ),
  zs.refused(
    'empty-last-block-nothing',
    'ZSTD_DATA',
    'The frame states 35 bytes and holds one block, of nothing; the checksum is that of nothing.',
    bytes('28b52ffd 24 23 010000 99e9d851'),
  ),
  zs.refused(
    'empty-last-block-of-two',
    'ZSTD_DATA',
    'The frame states one byte and holds two.',
    bytes('28b52ffd 20 01 080000 61 080000 61 010000'),
  ),
  zs.good(
    'good-raw-block',
    'A frame of one raw block without a checksum.',
    raw('20 02', '110000 6869'),
    Buffer.from('hi'),
  ),
  zs.good(
    'good-rle-block',
    'A block of one byte, a thousand times.',
    raw('00 00', '431f00 61'),
    Buffer.alloc(1000, 'a'),
  ),
  zs.good('good-two-frames', 'Two frames.', Buffer.concat([zstd(TEXT.subarray(0, 5)), zstd(TEXT.subarray(5))])),
  zs.good('good-skippable', 'A skippable frame before and behind.', Buffer.concat([SKIPPABLE, frame, SKIPPABLE])),
  zs.good('good-empty', 'A frame of nothing.', zstd(new Uint8Array()), new Uint8Array()),
  zs.refused('empty', 'TRUNCATED', 'No frame.', new Uint8Array()),
  zs.refused('magic', 'ZSTD_FRAME', 'Another magic.', bytes('27b52ffd 20 02 110000 6869')),
  zs.refused('reserved-bit', 'ZSTD_FRAME', 'The reserved bit of a frame header.', raw('28 02', '110000 6869')),
  zs.refused('reserved-block', 'ZSTD_FRAME', 'A block of the reserved type.', raw('20 02', '170000 6869')),
  zs.refused('block-too-large', 'ZSTD_FRAME', 'A block larger than its window.', raw('20 02', '190000 686968')),
  zs.refused(
    'empty-compressed-block',
    'ZSTD_FRAME',
    'A compressed block of nothing behind the content: libzstd takes it for an empty one in pieces, and refuses it in a whole frame.',
    raw('20 01', '080000 61 050000'),
  ),
  zs.refused(
    'short-compressed-block',
    'ZSTD_FRAME',
    'A compressed block of one byte has no room for both of its headers.',
    raw('20 02', '0d0000 00'),
  ),
  zs.refused('dictionary', 'ZSTD_DICTIONARY', 'A frame that needs a dictionary.', raw('21 01 02', '110000 6869')),
  zs.refused('window', 'ZSTD_WINDOW', 'A window of 16 MiB.', raw('00 70', '110000 6869'), '§10'),
  zs.refused(
    'content-as-window',
    'ZSTD_WINDOW',
    'A single segment of 4 GiB - 1.',
    raw('a0 ffffffff', '110000 6869'),
    '§10',
  ),
  zs.refused('cut-in-header', 'TRUNCATED', 'A frame header that is cut off.', bytes('28b52ffd20')),
  zs.refused('cut-in-block', 'TRUNCATED', 'A block that is cut off.', raw('20 02', '110000 68')),
  zs.refused('cut-in-checksum', 'TRUNCATED', 'A checksum that is cut off.', frame.subarray(0, -1)),
  zs.refused('no-last-block', 'TRUNCATED', 'The last block is not there.', raw('20 02', '100000 6869')),
  zs.refused(
    'checksum',
    'ZSTD_DATA',
    'A wrong checksum.',
    Buffer.concat([frame.subarray(0, -1), Buffer.of((frame.at(-1) ?? 0) ^ 1)]),
  ),
  zs.refused('trailing-zeros', 'ZSTD_TRAILING', 'Zeros behind the frame.', Buffer.concat([frame, Buffer.alloc(4)])),
  zs.refused('trailing-text', 'ZSTD_TRAILING', 'Text behind the frame.', Buffer.concat([frame, Buffer.from('more')])),
  zs.refused('too-long', 'DECODED_TOO_LONG', 'Two MiB out of a few bytes.', zstd(Buffer.alloc(2 * 1024 * 1024))),
]

export const ENCODED_STREAMS: readonly Vector[] = [...GZIP, ...ZSTD]
