import { APP_SLOT, hostile } from './hostile-package.ts'
import { APP } from './own-packages.ts'
import { fileSlot, type SlotPart, selfSlot, treeSlot } from './slots.ts'
import type { Vector } from './vector.ts'

const slots = hostile('slot', 'open')

/** Changes the descriptor of slot 0, in bytes 0 to 63. */
const descriptor = (name: string, error: string, spec: string, comment: string, edit: (bytes: Buffer) => void) =>
  slots(name, error, spec, comment, { editDescriptor: bytes => edit(bytes) })

/** Changes what the signed metadata says about slot 0. */
const stated = (name: string, error: string, spec: string, comment: string, change: Record<string, unknown>) =>
  slots(name, error, spec, comment, { editJson: json => Object.assign(json.slots[0] ?? {}, change) })

const ODD_DESCRIPTORS: readonly Vector[] = [
  descriptor('id', 'SLOT_ID', '§3.1', 'The descriptor of slot 0 says 1.', bytes => bytes.writeUInt8(1, 0)),
  descriptor('id-upper-half', 'SLOT_ID', '§3.1', 'The id is 2^32: a reader of 32 bits would see 0.', bytes =>
    bytes.writeUInt8(1, 4),
  ),
  descriptor('name-hash', 'SLOT_NAME_HASH', '§3.1', 'A hash of neither id nor target.', bytes =>
    bytes.fill(0xaa, 8, 16),
  ),
  descriptor(
    'name-hash-of-target',
    'SLOT_NAME_HASH',
    '§3.1',
    'Our own packages hash the id; zero is only for $SELF slots of one reference.',
    bytes => bytes.fill(0, 8, 16),
  ),
  descriptor('purpose-unknown', 'SLOT_PURPOSE', '§3.2', 'There is no purpose 4.', bytes => bytes.writeUInt8(4, 56)),
  descriptor('purpose-clash', 'SLOT_PURPOSE', '§3.2', 'The metadata says code, the descriptor media.', bytes =>
    bytes.writeUInt8(3, 56),
  ),
  descriptor(
    'purpose-reference-slack',
    'SLOT_PURPOSE',
    '§3.2',
    'Data for code is slack for the reference builders only.',
    bytes => bytes.writeUInt8(0, 56),
  ),
  descriptor('lifecycle-unknown', 'SLOT_LIFECYCLE', '§3.2', 'There is no lifecycle 11.', bytes =>
    bytes.writeUInt8(11, 57),
  ),
  descriptor('lifecycle-clash', 'SLOT_LIFECYCLE', '§3.2', 'The metadata says runtime, the descriptor init.', bytes =>
    bytes.writeUInt8(0, 57),
  ),
  descriptor('priority', 'SLOT_RESERVED', '§3.1', 'A priority that no builder writes.', bytes =>
    bytes.writeUInt8(2, 58),
  ),
  descriptor('platform-unknown', 'SLOT_PLATFORM', '§3.2', 'There is no platform 4.', bytes => bytes.writeUInt8(4, 59)),
  descriptor('platform-clash', 'SLOT_PLATFORM', '§3.2', 'The metadata says nothing, the descriptor windows.', bytes =>
    bytes.writeUInt8(3, 59),
  ),
  descriptor('reserved-60', 'SLOT_RESERVED', '§3.1', 'The first reserved byte.', bytes => bytes.writeUInt8(1, 60)),
  descriptor('reserved-61', 'SLOT_RESERVED', '§3.1', 'The second reserved byte.', bytes => bytes.writeUInt8(0x80, 61)),
  descriptor(
    'permissions-clash',
    'SLOT_PERMISSIONS',
    '§3.3',
    'The metadata says nothing, the descriptor 0777.',
    bytes => bytes.writeUInt16LE(0o777, 62),
  ),
  descriptor('permissions-setuid', 'SLOT_PERMISSIONS', '§3.3', 'A set-user-id bit.', bytes =>
    bytes.writeUInt16LE(0o4755, 62),
  ),
  slots(
    'size-clash',
    'SLOT_SIZE',
    '§3.4',
    'The descriptor leaves out the last byte, a zero that then passes for padding.',
    {
      slots: [treeSlot('app', '{workenv}', APP, 'tar')],
      editDescriptor: bytes => bytes.writeBigUInt64LE(bytes.readBigUInt64LE(24) - 1n, 24),
    },
  ),
  descriptor('original-size-clash', 'SLOT_SIZE', '§3.4', 'The descriptor states one byte more.', bytes =>
    bytes.writeBigUInt64LE(bytes.readBigUInt64LE(32) + 1n, 32),
  ),
  descriptor('checksum-clash', 'SLOT_CHECKSUM', '§3.4', 'The short checksum is not that of the signed one.', bytes =>
    bytes.writeUInt8(bytes.readUInt8(48) ^ 1, 48),
  ),
  descriptor(
    'operations-clash',
    'SLOT_OPERATIONS',
    '§4.2',
    'The metadata says tgz, the descriptor gzip: one reader unpacks, another writes a file.',
    bytes => bytes.writeUInt16LE(0x10, 40),
  ),
  descriptor('operations-order', 'SLOT_OPERATIONS', '§4.2', 'gzip and tar the other way round.', bytes =>
    bytes.writeUInt16LE(0x0110, 40),
  ),
  descriptor('operations-terminal', 'OPERATION_CHAIN', '§4.1', 'TERMINAL behind the chain.', bytes =>
    bytes.writeUInt8(0xff, 42),
  ),
  descriptor(
    'operations-behind-zero',
    'OPERATION_CHAIN',
    '§4.1',
    'One reference stops at the zero byte, another skips it.',
    bytes => bytes.writeUInt8(0x10, 47),
  ),
  descriptor('operations-without-name', 'OPERATION_UNKNOWN', '§4.1', 'A code that the format does not name.', bytes =>
    bytes.writeUInt8(0x60, 40),
  ),
]

const ODD_METADATA: readonly Vector[] = [
  stated('purpose-stated-otherwise', 'SLOT_PURPOSE', '§3.2', 'The metadata says config, the descriptor code.', {
    purpose: 'config',
  }),
  stated('permissions-stated-setuid', 'SLOT_PERMISSIONS', '§3.3', 'The metadata asks for a set-user-id bit.', {
    permissions: '4755',
  }),
  stated('checksum-empty', 'SLOT_CHECKSUM', '§3.4', 'No checksum for a slot that has bytes.', { checksum: '' }),
  stated('original-size-absent', 'SLOT_SIZE', '§3.4', 'Our own packages state what a slot decodes to.', {
    original_size: undefined,
  }),
  stated('operations-unknown-name', 'OPERATION_UNKNOWN', '§4.2', 'The references would store the data untouched.', {
    operations: 'TGZ',
  }),
  stated('operations-nine', 'OPERATION_CHAIN', '§4.1', 'Nine operations do not fit into eight bytes.', {
    operations: Array(9).fill('gzip').join('|'),
  }),
  stated('number-wrong', 'METADATA_SLOTS', '§5.3', 'The first slot of the metadata says 1.', { slot: 1 }),
  slots('missing-in-metadata', 'METADATA_SLOTS', '§5.3', 'The table has one slot, the signed metadata none.', {
    editJson: json => json.slots.splice(0),
  }),
  slots('missing-in-table', 'METADATA_SLOTS', '§5.3', 'The metadata has a slot that the table has not.', {
    editJson: json => json.slots.push({ ...json.slots[0], slot: 1, id: 'more' }),
  }),
  slots('id-twice', 'METADATA_SLOTS', '§5.3', 'Two slots of one id.', {
    slots: [APP_SLOT, fileSlot('app', 'x', 'x', 'raw')],
  }),
]

const self = (name: string, comment: string, edit: (bytes: Buffer) => void) =>
  slots(name, 'SLOT_SELF', '§3.5', comment, {
    slots: [APP_SLOT, selfSlot('self')],
    editDescriptor: (bytes, slot) => slot === 1 && edit(bytes),
  })

const SELF: readonly Vector[] = [
  self('self-with-offset', 'A $SELF slot with an offset.', bytes => bytes.writeUInt8(17, 16)),
  self('self-with-size', 'A $SELF slot with a size.', bytes => bytes.writeUInt8(1, 24)),
  self('self-with-original-size', 'A $SELF slot that decodes to something.', bytes => bytes.writeUInt8(1, 32)),
  self('self-with-checksum', 'A $SELF slot with a checksum.', bytes => bytes.writeUInt8(1, 48)),
]

/** Two slots that want the same place. */
const rivals = (name: string, error: string, spec: string, comment: string, two: readonly SlotPart[]) =>
  slots(name, error, spec, comment, { slots: two })

const TREE = [{ path: 'x', body: 'x' }]
const shared = (target: string, changes: Record<string, unknown> = {}) =>
  treeSlot('shared', target, TREE, 'tgz', { json: { share: true, ...changes } })

const PLACES: readonly Vector[] = [
  rivals('file-at-root', 'SLOT_TARGETS', '§5.4', 'A single file with the root as its target.', [
    fileSlot('app', '{workenv}', 'x', 'raw'),
  ]),
  rivals('same-file-twice', 'SLOT_TARGETS', '§5.4', 'Two slots are the same file.', [
    fileSlot('one', 'x', '1', 'raw'),
    fileSlot('two', 'x', '2', 'raw'),
  ]),
  rivals('below-a-file', 'SLOT_TARGETS', '§5.4', 'A slot lies below another one that is a file.', [
    fileSlot('one', 'x', '1', 'raw'),
    fileSlot('two', 'x/y', '2', 'raw'),
  ]),
  rivals(
    'below-a-shared-slot',
    'SLOT_TARGETS',
    '§6.4',
    'A file below a shared tree would be written into what other packages use.',
    [shared('lib'), fileSlot('two', 'lib/y', '2', 'raw')],
  ),
  rivals('shared-at-root', 'SLOT_SHARE', '§6.4', 'No link can stand for the root.', [shared('{workenv}')]),
  rivals('shared-file', 'SLOT_SHARE', '§6.4', 'Only trees are shared.', [
    fileSlot('one', 'x', '1', 'raw', { json: { share: true } }),
  ]),
  rivals(
    'shared-without-tree',
    'SLOT_SHARE',
    '§6.4',
    'What names the shared directory is the signed hash of the tree.',
    [shared('lib', { tree: undefined })],
  ),
  rivals('shared-and-encrypted', 'SLOT_SHARE', '§6.4', 'What was secret would lie open for all packages.', [
    treeSlot('shared', 'lib', TREE, 'tgz', {
      packed: 0x311001n,
      json: { share: true, operations: 'tar|gzip|aes256-gcm' },
    }),
  ]),
]

export const HOSTILE_SLOTS: readonly Vector[] = [...ODD_DESCRIPTORS, ...ODD_METADATA, ...SELF, ...PLACES]
