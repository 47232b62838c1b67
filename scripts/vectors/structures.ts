import { createHash } from 'node:crypto'
import { hex } from './streams.ts'
import { inArea, type Vector } from './vector.ts'

/** Single structures, for the parts of an implementation that take bytes or text and nothing else. */

const SPEC = '§3.1'
/** Slot 1 of the reference's go.psp, which is the worked example of the spec. */
const WORKED = Buffer.from(
  '0100000000000000c45d0ac1fa31325018030000000000001600000000000000' +
    '160000000000000010000000000000006cda46810118792e0204800000008001',
  'hex',
)
const descriptors = inArea('slot-descriptor', { kind: 'slot-descriptor', input: { slot: 1 } })

function descriptor(name: string, comment: string, spec: string, error: string, edit: (bytes: Buffer) => void): Vector {
  const bytes = Buffer.from(WORKED)
  edit(bytes)
  return descriptors({ name, comment, spec, file: { extension: 'bin', bytes }, expect: { error } })
}

const DESCRIPTORS: readonly Vector[] = [
  descriptors({
    name: 'worked-example',
    comment: 'Slot 1 of go.psp.',
    spec: SPEC,
    file: { extension: 'bin', bytes: WORKED },
    expect: {
      ok: {
        id: 1,
        name_hash: '503231fac10a5dc4',
        offset: 792,
        size: 22,
        original_size: 22,
        operations: [0x10],
        checksum: '2e7918018146da6c',
        purpose: 2,
        lifecycle: 4,
        priority: 128,
        platform: 0,
        permissions: 0o600,
      },
    },
  }),
  descriptors({
    name: 'too-short',
    comment: '63 bytes.',
    spec: SPEC,
    file: { extension: 'bin', bytes: WORKED.subarray(0, 63) },
    expect: { error: 'SLOT_DESCRIPTOR_SIZE' },
  }),
  descriptor('id', 'Not its position.', SPEC, 'SLOT_ID', bytes => bytes.writeUInt8(0, 0)),
  descriptor('reserved', 'A reserved byte.', SPEC, 'SLOT_RESERVED', bytes => bytes.writeUInt8(1, 61)),
  descriptor('sticky', 'A sticky bit.', '§3.3', 'SLOT_PERMISSIONS', bytes => bytes.writeUInt16LE(0o1777, 62)),
]

const operations = (name: string, packed: string, comment: string, expect: Vector['expect']): Vector => ({
  area: 'operations',
  name,
  comment,
  spec: '§4.1',
  kind: 'operations',
  input: { packed },
  expect,
})

const chain = (name: string, packed: string, codes: readonly number[], text: string) =>
  operations(name, packed, `${text}.`, { ok: { chain: codes, name: text } })

const refusedChain = (name: string, packed: string, error: string, comment: string) =>
  operations(name, packed, comment, { error })

const named = (name: string, text: string, expect: Vector['expect'], comment: string): Vector => ({
  area: 'operations',
  name: `name-${name}`,
  comment,
  spec: '§4.2',
  kind: 'operations-name',
  input: { text },
  expect,
})

const OPERATIONS: readonly Vector[] = [
  chain('raw', '0x0', [], 'raw'),
  chain('gzip', '0x10', [0x10], 'gzip'),
  chain('tar', '0x01', [0x01], 'tar'),
  chain('tgz', '0x1001', [0x01, 0x10], 'tgz'),
  chain('tar-bz2', '0x1301', [0x01, 0x13], 'tbz2'),
  chain('tar-zst', '0x1b01', [0x01, 0x1b], 'tar.zst'),
  chain('encrypted', '0x311001', [0x01, 0x10, 0x31], 'tar|gzip|aes256-gcm'),
  chain('eight', '0x1010101010101010', Array(8).fill(0x10), Array(8).fill('gzip').join('|')),
  refusedChain(
    'zero-first',
    '0x1000',
    'OPERATION_CHAIN',
    'A code behind a zero byte: one reference stops, another goes on.',
  ),
  refusedChain('zero-inside', '0x100001', 'OPERATION_CHAIN', 'A zero byte between two codes.'),
  refusedChain('terminal', '0xff01', 'OPERATION_CHAIN', 'TERMINAL.'),
  refusedChain('gap-0e', '0x0e', 'OPERATION_UNKNOWN', 'The first code behind the archives.'),
  refusedChain('gap-60', '0x60', 'OPERATION_UNKNOWN', 'A code between encodings and hashes.'),
  refusedChain('gap-99', '0x99', 'OPERATION_UNKNOWN', 'A code behind the signatures.'),
  named('empty', '', { ok: { chain: [] } }, 'A name that only the references use.'),
  named('none', 'none', { ok: { chain: [] } }, 'A name that only the references use.'),
  named('tar-gz', 'tar.gz', { ok: { chain: [0x01, 0x10] } }, 'The long name.'),
  named('pipes', 'tar|gzip', { ok: { chain: [0x01, 0x10] } }, 'A list.'),
  named('commas', 'tar,gzip', { ok: { chain: [0x01, 0x10] } }, 'A list as the Rust builder has it.'),
  named('capitals', 'TGZ', { error: 'OPERATION_UNKNOWN' }, 'Capitals count.'),
  named('blank', ' gzip', { error: 'OPERATION_UNKNOWN' }, 'Blanks count.'),
  named(
    'short-name-in-list',
    'tgz|gzip',
    { error: 'OPERATION_UNKNOWN' },
    'A list holds names of operations, not of chains.',
  ),
  named('nine', Array(9).fill('gzip').join('|'), { error: 'OPERATION_CHAIN' }, 'More than fit into eight bytes.'),
]

const targets = inArea('target', { kind: 'target-path', spec: '§5.4' })
const goodTarget = (name: string, target: string, path: string, comment: string) =>
  targets({ name, comment, input: { target }, expect: { ok: { path } } })

const TARGETS: readonly Vector[] = [
  goodTarget('good-root', '{workenv}', '', 'The root.'),
  goodTarget('good-root-slash', '{workenv}/', '', 'The root with a slash.'),
  goodTarget('good-dot', '.', '', 'The root as the references have it.'),
  goodTarget('good-empty', '', '', 'The root as the references have it.'),
  goodTarget('good-relative', 'bin/uv', 'bin/uv', 'Without the placeholder.'),
  goodTarget('good-placeholder', '{workenv}/bin/uv', 'bin/uv', 'With the placeholder.'),
  goodTarget('good-slash-behind', 'lib/', 'lib', 'One slash at the end means nothing.'),
  goodTarget('good-unicode', 'Ünï/📦', 'Ünï/📦', 'Any Unicode, not normalised.'),
]

const listings = inArea('listing', { kind: 'listing', spec: '§6.3' })
const EMPTY = createHash('sha256').digest('hex')
const listing = (name: string, comment: string, text: string | Buffer, expect: Vector['expect']) =>
  listings({ name, comment, file: { extension: 'bin', bytes: Buffer.from(text) }, expect })
const refusedListing = (name: string, comment: string, text: string | Buffer) =>
  listing(name, comment, text, { error: 'LISTING_ENTRY' })

const LISTINGS: readonly Vector[] = [
  listing('worked-example', 'A directory and a file in it.', `d 0755 0 - bin\0f 0555 0 ${EMPTY} bin/x\0`, {
    ok: { entries: 2, tree: hex(createHash('sha256').update(`d 0755 0 - bin\0f 0555 0 ${EMPTY} bin/x\0`).digest()) },
  }),
  listing('empty', 'Nothing.', '', { ok: { entries: 0, tree: EMPTY } }),
  refusedListing('no-nul', 'The last entry is cut short.', 'd 0755 0 - bin'),
  refusedListing('order', 'Two entries the other way round.', `f 0555 0 ${EMPTY} b\0f 0555 0 ${EMPTY} a\0`),
  refusedListing('twice', 'One path twice.', 'd 0755 0 - a\0d 0755 0 - a\0'),
  refusedListing('type', 'A type that is none.', 'c 0755 0 - a\0'),
  refusedListing('directory-with-size', 'A directory with a size.', 'd 0755 4096 - a\0'),
  listing('largest-size', 'A size of 2^53 - 1.', `f 0555 9007199254740991 ${EMPTY} a\0`, {
    ok: {
      entries: 1,
      tree: hex(createHash('sha256').update(`f 0555 9007199254740991 ${EMPTY} a\0`).digest()),
    },
  }),
  refusedListing('size-above-limit', 'A size of 2^53.', `f 0555 9007199254740992 ${EMPTY} a\0`),
  refusedListing(
    'not-utf8',
    'A path that is no UTF-8.',
    Buffer.concat([Buffer.from('d 0755 0 - '), Buffer.of(0xff, 0)]),
  ),
]

export const STRUCTURES: readonly Vector[] = [...DESCRIPTORS, ...OPERATIONS, ...TARGETS, ...LISTINGS]
