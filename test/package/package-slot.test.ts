import { describe, expect, test } from 'vitest'
import type { SlotMetadata } from '../../src/format/metadata.ts'
import { OP_AES256_GCM, OP_TAR, type OperationChain } from '../../src/format/operations.ts'
import type { SlotDescriptor } from '../../src/format/slot-descriptor.ts'
import { checkSlotTargets, packageSlots } from '../../src/package/package-slot.ts'

const descriptor = (operations: OperationChain): SlotDescriptor => ({
  ...{ id: 0n, nameHash: 0n, offset: 0n, size: 0n, originalSize: 0n, checksum: 0n },
  ...{ operations, purpose: 0, lifecycle: 2, priority: 1, platform: 0, permissions: 0o644 },
})

function check(...slots: (Partial<SlotMetadata> & { chain?: OperationChain })[]) {
  const metadata = slots.map(({ chain: _, ...slot }, index) => ({
    ...{
      slot: index,
      id: `s${index}`,
      source: '',
      target: 'x',
      size: 0,
      checksum: '',
      operations: 'raw',
      purpose: 'data',
    },
    ...{ lifecycle: 'volatile', permissions: null, self_ref: false, share: false },
    ...slot,
  }))
  const base = { format: 'PSPF/2025' as const, package: { name: 'p', version: '1', description: '' } }
  const execution = { primary_slot: 0, command: '', argv0: 'invoked' as const, commands: {} }
  const rest = { format_version: '', execution, derived: [], ephemeral: false, test_key: false }
  const built = packageSlots(
    { ...base, ...rest, slots: metadata },
    slots.map(slot => descriptor(slot.chain ?? [])),
  )
  checkSlotTargets(built)
  return built
}

const tree = `sha256:${'0'.repeat(64)}`
const refused = (code: string) => expect.objectContaining({ code })

test('§3.2 a lifecycle without a byte of its own comes from the metadata', () => {
  expect(check({})[0]).toMatchObject({ lifecycle: 'volatile', purpose: 'data', target: 'x', isTree: false })
})

describe('§5.4 refuses', () => {
  test.each([
    ['one file twice', [{}, {}]],
    ['a file below a file', [{}, { target: 'x/y' }]],
    ['a tree at a file', [{}, { chain: [OP_TAR] }]],
    ['a file at the root', [{ target: '{workenv}' }]],
  ])('%s', (_, slots) => {
    expect(() => check(...slots)).toThrowError(refused('SLOT_TARGETS'))
  })

  test('a file below a shared tree, through which it would be written', () => {
    expect(() => check({ chain: [OP_TAR], share: true, tree }, { target: 'x/y' })).toThrowError(refused('SLOT_TARGETS'))
  })
})

test('§5.4 two trees may share a place, and two platforms a file', () => {
  expect(check({ chain: [OP_TAR] }, { chain: [OP_TAR] })).toHaveLength(2)
  expect(check({ platform: 'linux' }, { platform: 'macos' })).toHaveLength(2)
})

test.each([
  ['at the root', { target: '{workenv}', chain: [OP_TAR], tree }],
  ['that is encrypted', { chain: [OP_TAR, OP_AES256_GCM], tree }],
  ['that is a single file', { tree }],
  ['without a tree hash', { chain: [OP_TAR] }],
])('§6.4 refuses a shared slot %s', (_, slot) => {
  expect(() => check({ ...slot, share: true })).toThrowError(refused('SLOT_SHARE'))
})
