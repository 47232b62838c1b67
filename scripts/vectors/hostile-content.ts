import { type Entry, tar, unpacked } from './archive.ts'
import type { Places } from './assembler.ts'
import { APP_SLOT, type HostileHooks, hostile } from './hostile-package.ts'
import { APP } from './own-packages.ts'
import { fileSlot, type Operations, type SlotChanges, treeSlot } from './slots.ts'
import { gzip, sha256Hex, zstd } from './streams.ts'
import type { Level, Vector } from './vector.ts'

const open = hostile('content', 'open')
const verify = hostile('content', 'verify')
const deep = hostile('content', 'deep')

/** Somebody changes a byte of the first slot, in its gzip header where no decoder looks. */
const changeSlot = (file: Buffer, { slots }: Places) => file.writeUInt8(0x55, (slots[0] ?? 0) + 4)

/** Sets the short checksum of the first descriptor to that of the bytes as they are now. */
function repairChecksum(file: Buffer, places: Places): void {
  const size = Number(file.readBigUInt64LE(places.table + 24))
  const start = places.slots[0] ?? 0
  const digest = Buffer.from(sha256Hex(file.subarray(start, start + size)), 'hex')
  digest.copy(file, places.table + 48, 0, 8)
}

const STORED: readonly Vector[] = [
  verify('slot-changed', 'SLOT_DATA', '§3.4', 'A stored byte, which decodes to the same.', { editFile: changeSlot }),
  open(
    'slot-and-checksum-changed',
    'SLOT_CHECKSUM',
    '§3.4',
    'The hole of the references: slot and short checksum agree with each other.',
    {
      editFile: (file, places) => {
        changeSlot(file, places)
        repairChecksum(file, places)
      },
    },
  ),
  verify(
    'slot-and-half-the-hash-changed',
    'SLOT_DATA',
    '§3.4',
    'The signed checksum has the first eight bytes of the slot that is there, and no more.',
    {
      editJson: json => {
        const slot = json.slots[0] ?? {}
        Object.assign(slot, { checksum: `${`${slot.checksum}`.slice(0, -2)}00` })
      },
    },
  ),
  verify('launcher-changed', 'LAUNCHER_CHECKSUM', '§9.2', 'A byte of the launcher.', {
    editFile: file => file.write('8', 15),
  }),
  open('launcher-size', 'LAUNCHER_SIZE', '§9.2', 'The launcher is one byte longer than was signed.', {
    editJson: json => Object.assign(json.launcher ?? {}, { size: 16 }),
  }),
  open('launcher-size-absent', 'LAUNCHER_SIZE', '§9.2', 'Our own packages state the length of their launcher.', {
    editJson: json => Object.assign(json.launcher ?? {}, { size: undefined }),
  }),
  open('launcher-checksum-absent', 'LAUNCHER_SIZE', '§9.2', 'Our own packages state the checksum of their launcher.', {
    editJson: json => Object.assign(json.launcher ?? {}, { checksum: undefined }),
  }),
  verify(
    'foreign-launcher-changed',
    'LAUNCHER_CHECKSUM',
    '§9.2',
    'A reference’s package that states a checksum is held to it.',
    {
      editJson: json => Object.assign(json, { build: { tool: 'flavor-rs' } }),
      editFile: file => file.write('8', 15),
    },
  ),
  ...['brotli', 'aes256-gcm', 'xz', 'bzip2'].map((name, position) =>
    verify(
      `operation-${name}`,
      'OPERATION_UNSUPPORTED',
      '§4.3',
      `${name} has a name and is not decoded; it is refused by that name.`,
      {
        slots: [
          fileSlot('app', 'x', 'x', 'raw', {
            packed: [0x21n, 0x31n, 0x16n, 0x13n][position] ?? 0n,
            json: { operations: name },
          }),
        ],
      },
    ),
  ),
  verify('operation-hash', 'OPERATION_UNSUPPORTED', '§4.3', 'tar in a form that is known and not decoded.', {
    slots: [fileSlot('app', 'x', 'x', 'raw', { packed: 0x04n, json: { operations: 'cpio' } })],
  }),
  verify('archive-not-first', 'OPERATION_CHAIN', '§4.1', 'An archive of compressed bytes.', {
    slots: [fileSlot('app', 'x', 'x', 'raw', { packed: 0x0110n, json: { operations: 'gzip|tar' } })],
  }),
]

/** Spec §4.7: what is said of the key is checked when the slot is decoded; `verify` does not look at the content. */
const encrypted = (name: string, source: string, comment: string) =>
  deep(name, 'SLOT_KEY_UNAVAILABLE', '§4.7', comment, {
    slots: [
      fileSlot('app', 'x', 'x', 'raw', {
        packed: 0x31n,
        json: { operations: 'aes256-gcm', key_source: source, tree: undefined },
      }),
    ],
  })

const ENCRYPTED: readonly Vector[] = [
  encrypted('key-not-set', 'env:NO_SUCH_KEY_IN_THE_VECTORS', 'The variable with the key is not set.'),
  encrypted('key-in-flavor-variable', 'env:FLAVOR_KEY', 'A name that launchers keep for themselves.'),
  encrypted('key-in-relative-file', 'file:key', 'A file that would depend on the working directory.'),
  encrypted('key-by-path', 'command:sh -c key', 'A program that PATH would choose.'),
  verify('encrypted-twice', 'OPERATION_UNSUPPORTED', '§4.7', 'Encryption is the last operation, once.', {
    slots: [
      fileSlot('app', 'x', 'x', 'raw', {
        packed: 0x3131n,
        json: { operations: 'aes256-gcm|aes256-gcm', key_source: 'env:KEY', tree: undefined },
      }),
    ],
  }),
]

/** The signed description of what slot 0 unpacks to is wrong. */
const described = (name: string, error: string, spec: string, comment: string, change: Record<string, unknown>) =>
  deep(name, error, spec, comment, { editJson: json => Object.assign(json.slots[0] ?? {}, change) })

const DESCRIBED: readonly Vector[] = [
  described('tree', 'TREE_HASH', '§6.3', 'Another tree than was signed.', { tree: `sha256:${'ab'.repeat(32)}` }),
  described('tree-absent', 'TREE_HASH', '§6.3', 'Our own packages state their trees.', { tree: undefined }),
  described('files', 'TREE_COUNT', '§6.3', 'One file more than was signed.', { files: 0 }),
  described('bytes', 'TREE_COUNT', '§6.3', 'Fewer bytes than were signed.', { bytes: 18 }),
  deep('tree-mode', 'TREE_HASH', '§6.3', 'The archive makes a file executable that the signed tree does not.', {
    slots: [treeSlot('app', '{workenv}', APP, 'tgz', { json: { tree: `sha256:${unpacked(notExecutable()).tree}` } })],
  }),
]

function notExecutable(): readonly Entry[] {
  return APP.map(entry => ({ ...entry, mode: entry.type === '5' ? 0o755 : 0o644 }))
}

const HELLO = Buffer.from('hello world\n')

/** A file whose stored stream is not what its chain promises; hashes and sizes of the stored bytes are right. */
function stream(
  name: string,
  error: string,
  comment: string,
  operations: Operations,
  stored: Uint8Array,
  changes: SlotChanges = {},
  spec = '§4.4',
) {
  const hooks: HostileHooks = { slots: [fileSlot('app', 'app', HELLO.toString(), operations, { stored, ...changes })] }
  return deep(name, error, spec, comment, hooks)
}

const STREAMS: readonly Vector[] = [
  stream(
    'gzip-trailing-bytes',
    'GZIP_TRAILING',
    'Bytes behind the gzip member.',
    'gzip',
    Buffer.concat([gzip(HELLO), Buffer.from('evil')]),
  ),
  stream(
    'gzip-second-member',
    'GZIP_TRAILING',
    'A second member.',
    'gzip',
    Buffer.concat([gzip(HELLO), gzip(Buffer.alloc(0))]),
  ),
  stream(
    'zstd-trailing-bytes',
    'ZSTD_TRAILING',
    'Bytes behind the last frame.',
    'zstd',
    Buffer.concat([zstd(HELLO), Buffer.from('evil')]),
  ),
  stream('gzip-cut-short', 'TRUNCATED', 'The member ends in its stream.', 'gzip', gzip(HELLO).subarray(0, -12)),
  stream('zstd-cut-short', 'TRUNCATED', 'The frame ends before its checksum.', 'zstd', zstd(HELLO).subarray(0, -2)),
  stream('empty-stream', 'TRUNCATED', 'No member at all.', 'gzip', Buffer.alloc(0)),
  stream(
    'decoded-too-long',
    'DECODED_TOO_LONG',
    'Decodes to one byte more than was signed.',
    'gzip',
    gzip(Buffer.concat([HELLO, HELLO.subarray(0, 1)])),
  ),
  stream(
    'decoded-too-short',
    'SLOT_DECODED_SIZE',
    'Decodes to one byte less than was signed.',
    'gzip',
    gzip(HELLO.subarray(1)),
    {},
    '§3.4',
  ),
  stream(
    'raw-too-short',
    'SLOT_DECODED_SIZE',
    'A raw slot with fewer bytes than it says to decode to.',
    'raw',
    HELLO.subarray(1),
    {},
    '§3.4',
  ),
]

/** An archive of one file, with a byte that is not what it was. */
function damagedArchive(at: number): Buffer {
  const bytes = tar([{ path: 'a', body: 'x' }])
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  return bytes
}

/** Two things are wrong: what lies first is told, and of a part that is cut off, that. */
const TWO_FAULTS: readonly Vector[] = [
  deep('wrong-header-then-too-long', 'TAR_CHECKSUM', '§4.5', 'A damaged header, and more bytes than were signed.', {
    slots: [
      treeSlot('app', '{workenv}', [{ path: 'a', body: 'x' }], 'tar.zst', {
        stored: zstd(Buffer.concat([damagedArchive(0), Buffer.alloc(512)])),
      }),
    ],
  }),
  deep('wrong-padding-then-too-short', 'SLOT_DECODED_SIZE', '§3.4', 'The archive ends in padding that is not zero.', {
    slots: [
      treeSlot('app', '{workenv}', [{ path: 'a', body: 'x' }], 'tar.zst', {
        stored: zstd(damagedArchive(520).subarray(0, 600)),
      }),
    ],
  }),
]

/** A slot whose archive does not keep to the rules; everything that is signed about it fits. */
function archive(
  level: Level,
  name: string,
  error: string,
  spec: string,
  comment: string,
  entries: readonly Entry[],
): Vector {
  return hostile('archive', level)(name, error, spec, comment, {
    slots: [treeSlot('app', '{workenv}', entries, 'tgz', { archive: tar(entries) })],
  })
}

const ARCHIVES: readonly Vector[] = [
  archive('deep', 'dot-dot', 'ENTRY_PATH', '§6.1', 'An entry above the slot.', [{ path: '../evil', body: 'x' }]),
  archive('deep', 'absolute', 'ENTRY_PATH', '§6.1', 'An absolute entry.', [{ path: '/tmp/evil', body: 'x' }]),
  archive('deep', 'symlink-out', 'ENTRY_LINK', '§6.1', 'A link above the slot.', [
    { path: 'up', type: '2', link: '..' },
  ]),
  archive('deep', 'write-through-symlink', 'ENTRY_PARENT', '§6.1', 'An entry below a link.', [
    { path: 'dir', type: '5' },
    { path: 'link', type: '2', link: 'dir' },
    { path: 'link/x', body: 'x' },
  ]),
  archive('deep', 'device', 'TAR_TYPE', '§4.5', 'A device.', [{ path: 'dev', type: '3' }]),
  archive('deep', 'setuid', 'TAR_MODE', '§4.5', 'A set-user-id file.', [{ path: 'su', mode: 0o4755, body: 'x' }]),
  hostile('archive', 'extract')(
    'through-the-link-of-another-slot',
    'ENTRY_PARENT',
    '§6.1',
    'Each slot is fine; the second one writes through a link of the first.',
    {
      slots: [
        treeSlot(
          'one',
          '{workenv}',
          [
            { path: 'dir', type: '5' },
            { path: 'lib', type: '2', link: 'dir' },
          ],
          'tgz',
        ),
        treeSlot('two', '{workenv}', [{ path: 'lib/x', body: 'x' }], 'tgz'),
      ],
    },
  ),
  hostile('archive', 'extract')(
    'over-another-slot',
    'ENTRY_DUPLICATE',
    '§6.1',
    'Each slot is fine; the second one replaces a file of the first.',
    {
      slots: [APP_SLOT, treeSlot('two', '{workenv}', [{ path: 'bin/app', body: 'evil' }], 'tgz')],
    },
  ),
]

export const HOSTILE_CONTENT: readonly Vector[] = [
  ...STORED,
  ...ENCRYPTED,
  ...DESCRIBED,
  ...STREAMS,
  ...TWO_FAULTS,
  ...ARCHIVES,
]
