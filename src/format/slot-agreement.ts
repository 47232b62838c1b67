import { FormatError } from './format-error.ts'
import { checksumHex, isOwnPackage, type Metadata, type SlotMetadata } from './metadata.ts'
import { formatOperations, parseOperations } from './operations.ts'
import { type SlotDescriptor, shortHash } from './slot-descriptor.ts'
import { lifecycleBytes, purposeBytes, SLOT_PLATFORMS } from './slot-enumerations.ts'

/** Spec §3.1: priorities that the reference builders write; nobody reads them. Ours is 1. */
const REFERENCE_PRIORITIES: readonly number[] = [1, 128]
/** Spec §3.3: what the reference builders store where the metadata names no permissions. */
const REFERENCE_PERMISSIONS: readonly number[] = [0, 0o600, 0o644]

/** SHA-256 as an argument, so that this layer stays without crypto of its own. */
export type Hash = (bytes: Uint8Array) => Uint8Array

/**
 * Spec §3 and §5.3: the descriptor repeats what the signed metadata says, and the metadata is the truth. Own packages must agree
 * exactly; for foreign ones the slack is what their builders are known to write.
 * @throws FormatError SLOT_* and METADATA_SLOTS
 */
export function checkSlotAgreement(metadata: Metadata, descriptors: readonly SlotDescriptor[], hash: Hash): void {
  if (metadata.slots.length !== descriptors.length) {
    const message = `metadata names ${metadata.slots.length} slots, the slot table has ${descriptors.length} (spec §5.3)`
    throw new FormatError('METADATA_SLOTS', message, {
      field: 'slots',
      got: `${metadata.slots.length}`,
      want: `${descriptors.length}`,
    })
  }
  const ids = new Set<string>()
  for (const [position, slot] of metadata.slots.entries()) {
    const descriptor = descriptors[position]
    if (descriptor === undefined) continue
    if (slot.slot !== position) throw clash('METADATA_SLOTS', position, 'slot', `${slot.slot}`, `${position}`, '§5.3')
    if (ids.has(slot.id)) throw clash('METADATA_SLOTS', position, 'id', slot.id, 'an id that no other slot has', '§5.3')
    ids.add(slot.id)
    const tool = metadata.build?.tool
    checkSlot(slot, descriptor, { own: isOwnPackage(metadata), python: tool === 'flavor-python' }, hash)
  }
}

interface Builder {
  readonly own: boolean
  /** The reference's Python builder states the size of the source path (spec §3.4). */
  readonly python: boolean
}

function checkSlot(slot: SlotMetadata, descriptor: SlotDescriptor, builder: Builder, hash: Hash): void {
  checkEnumerations(slot, descriptor, builder)
  checkName(slot, descriptor, builder, hash)
  checkPermissions(slot, descriptor, builder)
  const chain = parseOperations(slot.operations, slot.slot)
  if (chain.length !== descriptor.operations.length || chain.some((code, at) => code !== descriptor.operations[at])) {
    throw clash(
      'SLOT_OPERATIONS',
      slot.slot,
      'operations',
      formatOperations(descriptor.operations),
      slot.operations,
      '§4.2',
    )
  }
  if (slot.self_ref) checkSelf(slot, descriptor)
  else checkStored(slot, descriptor, builder)
}

function checkStored(slot: SlotMetadata, descriptor: SlotDescriptor, builder: Builder): void {
  const checksum = shortHash(Buffer.from(checksumHex(slot.checksum).padEnd(64, '0'), 'hex'))
  if (slot.checksum === '' || descriptor.checksum !== checksum) {
    throw clash('SLOT_CHECKSUM', slot.slot, 'checksum', hex64(descriptor.checksum), hex64(checksum), '§3.4')
  }
  if (descriptor.size !== BigInt(slot.size) && !builder.python) {
    throw clash('SLOT_SIZE', slot.slot, 'size', `${descriptor.size}`, `${slot.size}`, '§3.4')
  }
  checkOriginalSize(slot, descriptor, builder)
}

function checkOriginalSize(slot: SlotMetadata, descriptor: SlotDescriptor, builder: Builder): void {
  if (slot.original_size === undefined) {
    if (!builder.own) return
    throw clash('SLOT_SIZE', slot.slot, 'original_size', 'absent from the metadata', 'the decoded length', '§3.4')
  }
  if (descriptor.originalSize !== BigInt(slot.original_size)) {
    throw clash('SLOT_SIZE', slot.slot, 'original_size', `${descriptor.originalSize}`, `${slot.original_size}`, '§3.4')
  }
}

function checkEnumerations(slot: SlotMetadata, descriptor: SlotDescriptor, builder: Builder): void {
  const allowed = (bytes: readonly number[]) => (builder.own ? bytes.slice(0, 1) : bytes)
  const purposes = allowed(purposeBytes(slot.purpose))
  if (!purposes.includes(descriptor.purpose)) {
    throw clash(
      'SLOT_PURPOSE',
      slot.slot,
      'purpose',
      `${descriptor.purpose}`,
      `${purposes[0]} (${slot.purpose})`,
      '§3.2',
    )
  }
  const lifecycles = allowed(lifecycleBytes(slot.lifecycle))
  if (!lifecycles.includes(descriptor.lifecycle)) {
    throw clash(
      'SLOT_LIFECYCLE',
      slot.slot,
      'lifecycle',
      `${descriptor.lifecycle}`,
      `${lifecycles[0]} (${slot.lifecycle})`,
      '§3.2',
    )
  }
  const platform = SLOT_PLATFORMS.indexOf(slot.platform ?? 'any')
  if (descriptor.platform !== platform) {
    throw clash('SLOT_PLATFORM', slot.slot, 'platform', `${descriptor.platform}`, `${platform}`, '§3.2')
  }
  const priorities = slot.self_ref ? [0, ...REFERENCE_PRIORITIES] : REFERENCE_PRIORITIES
  const wanted = builder.own ? [1] : priorities
  if (!wanted.includes(descriptor.priority)) {
    throw clash('SLOT_RESERVED', slot.slot, 'priority', `${descriptor.priority}`, wanted.join(' or '), '§3.1')
  }
}

function checkName(slot: SlotMetadata, descriptor: SlotDescriptor, builder: Builder, hash: Hash): void {
  const names = builder.own ? [slot.id] : [slot.id, slot.target]
  const hashes = names.map(name => shortHash(hash(Buffer.from(name))))
  if (slot.self_ref && !builder.own) hashes.push(0n)
  if (!hashes.includes(descriptor.nameHash)) {
    throw clash('SLOT_NAME_HASH', slot.slot, 'name_hash', hex64(descriptor.nameHash), hex64(hashes[0] ?? 0n), '§3.1')
  }
}

function checkPermissions(slot: SlotMetadata, descriptor: SlotDescriptor, builder: Builder): void {
  const stated = slot.permissions == null ? undefined : Number.parseInt(slot.permissions, 8)
  const wanted = stated === undefined ? (builder.own ? [0] : REFERENCE_PERMISSIONS) : [stated]
  if (!wanted.includes(descriptor.permissions)) {
    const text = wanted.map(mode => `0${mode.toString(8)}`).join(' or ')
    throw clash('SLOT_PERMISSIONS', slot.slot, 'permissions', `0${descriptor.permissions.toString(8)}`, text, '§3.3')
  }
}

function checkSelf(slot: SlotMetadata, descriptor: SlotDescriptor): void {
  const fields = { offset: descriptor.offset, size: descriptor.size, checksum: descriptor.checksum }
  for (const [field, value] of Object.entries({ ...fields, original_size: descriptor.originalSize })) {
    if (value !== 0n) throw clash('SLOT_SELF', slot.slot, field, `${value}`, '0 for $SELF', '§3.5')
  }
  if (slot.size !== 0) throw clash('SLOT_SELF', slot.slot, 'size', `${slot.size}`, '0 for $SELF', '§3.5')
}

type ClashCode =
  | 'METADATA_SLOTS'
  | 'SLOT_PURPOSE'
  | 'SLOT_LIFECYCLE'
  | 'SLOT_PLATFORM'
  | 'SLOT_RESERVED'
  | 'SLOT_NAME_HASH'
  | 'SLOT_PERMISSIONS'
  | 'SLOT_OPERATIONS'
  | 'SLOT_CHECKSUM'
  | 'SLOT_SIZE'
  | 'SLOT_SELF'

function clash(code: ClashCode, slot: number, field: string, got: string, want: string, section: string): FormatError {
  const message = `slot ${slot}: ${field} is ${got}, expected ${want} as the metadata says (spec ${section})`
  return new FormatError(code, message, { slot: `${slot}`, field, got, want })
}

function hex64(value: bigint): string {
  return `0x${value.toString(16).padStart(16, '0')}`
}
