import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { checkMetadata } from '../../src/format/metadata.ts'
import { checkSlotAgreement } from '../../src/format/slot-agreement.ts'
import { type SlotDescriptor, shortHash } from '../../src/format/slot-descriptor.ts'
import { refusal } from './refusals.ts'

const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const SUM = hash(Buffer.from('stored'))

const SLOT = {
  slot: 0,
  id: 'app',
  target: 'bin/app',
  size: 6,
  original_size: 10,
  checksum: `sha256:${SUM.toString('hex')}`,
  operations: 'gzip',
  purpose: 'code',
  lifecycle: 'cache',
  permissions: '0755',
}

const DESCRIPTOR: SlotDescriptor = {
  id: 0n,
  nameHash: shortHash(hash(Buffer.from('app'))),
  offset: 800n,
  size: 6n,
  originalSize: 10n,
  operations: [0x10],
  checksum: shortHash(SUM),
  purpose: 1,
  lifecycle: 4,
  priority: 1,
  platform: 0,
  permissions: 0o755,
}

function agree(tool: string, slot: object, descriptor: object): () => void {
  const metadata = checkMetadata({
    format: 'PSPF/2025',
    package: { name: 'x', version: '1' },
    slots: [{ ...SLOT, ...slot }],
    execution: { command: 'x' },
    build: { tool },
  })
  return () => checkSlotAgreement(metadata, [{ ...DESCRIPTOR, ...descriptor }], hash)
}

const own = (slot: object, descriptor: object) => agree('flavor', slot, descriptor)
const foreign = (slot: object, descriptor: object) => agree('flavor-go', slot, descriptor)

test('§3 a descriptor that repeats the metadata agrees', () => {
  expect(own({}, {})).not.toThrow()
})

describe('§3 a clash is refused, whoever wrote the package', () => {
  test.each([
    ['SLOT_NAME_HASH', { nameHash: 1n }],
    ['SLOT_SIZE', { size: 7n }],
    ['SLOT_SIZE', { originalSize: 11n }],
    ['SLOT_OPERATIONS', { operations: [] }],
    ['SLOT_OPERATIONS', { operations: [0x10, 0x10] }],
    ['SLOT_CHECKSUM', { checksum: 1n }],
    ['SLOT_PURPOSE', { purpose: 3 }],
    ['SLOT_LIFECYCLE', { lifecycle: 0 }],
    ['SLOT_PLATFORM', { platform: 1 }],
    ['SLOT_PERMISSIONS', { permissions: 0o777 }],
    ['SLOT_RESERVED', { priority: 3 }],
  ])('%s: %o', (code, descriptor) => {
    expect(own({}, descriptor)).toThrow(refusal(code))
    expect(foreign({}, descriptor)).toThrow(refusal(code))
  })
})

describe('§3 what only foreign packages may do', () => {
  const target = { nameHash: shortHash(hash(Buffer.from('bin/app'))) }
  test.each([
    ['SLOT_NAME_HASH', 'name hash of the target', {}, target],
    ['SLOT_PURPOSE', 'purpose 0 for any', {}, { purpose: 0 }],
    ['SLOT_LIFECYCLE', 'lifecycle 2 for any', {}, { lifecycle: 2 }],
    ['SLOT_RESERVED', 'priority 128', {}, { priority: 128 }],
    ['SLOT_SIZE', 'no original_size', { original_size: undefined }, { originalSize: 6n }],
    ['SLOT_PERMISSIONS', 'permissions that are not stated', { permissions: null }, { permissions: 0o644 }],
  ])('%s: %s', (code, _, slot, descriptor) => {
    expect(own(slot, descriptor)).toThrow(refusal(code))
    expect(foreign(slot, descriptor)).not.toThrow()
  })

  test('§3.4 the Python builder states the size of its source', () => {
    expect(agree('flavor-python', { size: 4096 }, {})).not.toThrow()
    expect(foreign({ size: 4096 }, {})).toThrow(refusal('SLOT_SIZE'))
    expect(own({ size: 4096 }, {})).toThrow(refusal('SLOT_SIZE'))
  })
})

describe('§3.5 $SELF', () => {
  const self = { self_ref: true, size: 0, original_size: undefined, checksum: '', operations: 'raw' }
  const zeros = { offset: 0n, size: 0n, originalSize: 0n, checksum: 0n, operations: [] }

  test('names no bytes', () => expect(own(self, zeros)).not.toThrow())

  test.each(['offset', 'size', 'originalSize', 'checksum'])('refuses a %s', field => {
    expect(own(self, { ...zeros, [field]: 1n })).toThrow(refusal('SLOT_SELF'))
  })

  test('refuses a size in the metadata', () => {
    expect(own({ ...self, size: 1 }, zeros)).toThrow(refusal('SLOT_SELF'))
  })

  test('may have the name hash and priority 0 of the Rust builder, if it wrote the package', () => {
    expect(foreign(self, { ...zeros, nameHash: 0n, priority: 0 })).not.toThrow()
    expect(own(self, { ...zeros, nameHash: 0n })).toThrow(refusal('SLOT_NAME_HASH'))
    expect(own(self, { ...zeros, priority: 0 })).toThrow(refusal('SLOT_RESERVED'))
    expect(foreign({}, { nameHash: 0n })).toThrow(refusal('SLOT_NAME_HASH'))
  })
})

describe('§5.3 the slots of metadata and table', () => {
  const metadata = (slots: object[]) =>
    checkMetadata({
      format: 'PSPF/2025',
      package: { name: 'x', version: '1' },
      slots,
      execution: { command: 'x' },
    })

  test('are as many', () => {
    expect(() => checkSlotAgreement(metadata([]), [DESCRIPTOR], hash)).toThrow(refusal('METADATA_SLOTS'))
    expect(() => checkSlotAgreement(metadata([SLOT]), [], hash)).toThrow(refusal('METADATA_SLOTS'))
  })

  test('are numbered by their position, and have an id each', () => {
    expect(foreign({ slot: 1 }, {})).toThrow(refusal('METADATA_SLOTS'))
    const twice = metadata([SLOT, { ...SLOT, slot: 1 }])
    expect(() => checkSlotAgreement(twice, [DESCRIPTOR, { ...DESCRIPTOR, id: 1n }], hash)).toThrow(
      refusal('METADATA_SLOTS'),
    )
  })
})
