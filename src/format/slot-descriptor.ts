import { FormatError } from './format-error.ts'
import { type OperationChain, packOperations, unpackOperations } from './operations.ts'
import { LIFECYCLES, PURPOSES, SLOT_PLATFORMS } from './slot-enumerations.ts'

/** Spec §3.1: 64 bytes, little-endian. Says nothing about the file around it (that is §2.4). */
export const SLOT_DESCRIPTOR_SIZE = 64

/** One row of the slot table. `offset` is absolute; sizes are bytes. */
export interface SlotDescriptor {
  readonly id: bigint
  /** First 8 bytes of SHA-256 of the slot's id (the reference's Go builder: of its target), little-endian. */
  readonly nameHash: bigint
  readonly offset: bigint
  /** Bytes as stored. */
  readonly size: bigint
  /** Bytes of the decoded stream (foreign packages: the stored length). */
  readonly originalSize: bigint
  readonly operations: OperationChain
  /** First 8 bytes of SHA-256 of the stored bytes, little-endian. */
  readonly checksum: bigint
  readonly purpose: number
  readonly lifecycle: number
  readonly priority: number
  readonly platform: number
  /** Unix mode bits, 0 for the default of 0600. */
  readonly permissions: number
}

/**
 * Spec §3.1: reads the descriptor of the slot at position `slot`.
 * @throws FormatError SLOT_DESCRIPTOR_SIZE, SLOT_ID, SLOT_PURPOSE, SLOT_LIFECYCLE, SLOT_PLATFORM, SLOT_RESERVED,
 * SLOT_PERMISSIONS, OPERATION_CHAIN, OPERATION_UNKNOWN
 */
export function parseSlotDescriptor(bytes: Uint8Array, slot: number): SlotDescriptor {
  if (bytes.length !== SLOT_DESCRIPTOR_SIZE) {
    throw mismatch('SLOT_DESCRIPTOR_SIZE', slot, 'length', `${bytes.length}`, `${SLOT_DESCRIPTOR_SIZE}`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, SLOT_DESCRIPTOR_SIZE)
  const id = view.getBigUint64(0, true)
  if (id !== BigInt(slot)) throw mismatch('SLOT_ID', slot, 'id', `${id}`, `${slot}`)
  const purpose = view.getUint8(56)
  if (purpose >= PURPOSES.length) throw mismatch('SLOT_PURPOSE', slot, 'purpose', `${purpose}`, '0 to 3', '§3.2')
  const lifecycle = view.getUint8(57)
  if (lifecycle >= LIFECYCLES.length) {
    throw mismatch('SLOT_LIFECYCLE', slot, 'lifecycle', `${lifecycle}`, '0 to 10', '§3.2')
  }
  const platform = view.getUint8(59)
  if (platform >= SLOT_PLATFORMS.length)
    throw mismatch('SLOT_PLATFORM', slot, 'platform', `${platform}`, '0 to 3', '§3.2')
  const reserved = view.getUint16(60, true)
  if (reserved !== 0) throw mismatch('SLOT_RESERVED', slot, 'reserved', `0x${reserved.toString(16)}`, '0')
  const permissions = view.getUint16(62, true)
  if ((permissions & ~0o777) !== 0) {
    throw mismatch('SLOT_PERMISSIONS', slot, 'permissions', `0${permissions.toString(8)}`, '0000 to 0777', '§3.3')
  }
  return {
    id,
    nameHash: view.getBigUint64(8, true),
    offset: view.getBigUint64(16, true),
    size: view.getBigUint64(24, true),
    originalSize: view.getBigUint64(32, true),
    operations: unpackOperations(view.getBigUint64(40, true), slot),
    checksum: view.getBigUint64(48, true),
    purpose,
    lifecycle,
    priority: view.getUint8(58),
    platform,
    permissions,
  }
}

/** Spec §3.1: the 64 bytes of `descriptor`. */
export function encodeSlotDescriptor(descriptor: SlotDescriptor): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(SLOT_DESCRIPTOR_SIZE)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, descriptor.id, true)
  view.setBigUint64(8, descriptor.nameHash, true)
  view.setBigUint64(16, descriptor.offset, true)
  view.setBigUint64(24, descriptor.size, true)
  view.setBigUint64(32, descriptor.originalSize, true)
  view.setBigUint64(40, packOperations(descriptor.operations), true)
  view.setBigUint64(48, descriptor.checksum, true)
  view.setUint8(56, descriptor.purpose)
  view.setUint8(57, descriptor.lifecycle)
  view.setUint8(58, descriptor.priority)
  view.setUint8(59, descriptor.platform)
  view.setUint16(62, descriptor.permissions, true)
  return bytes
}

/** Spec §3.1: a short hash is the first 8 bytes of a SHA-256, read little-endian. */
export function shortHash(sha256: Uint8Array): bigint {
  return new DataView(sha256.buffer, sha256.byteOffset, 8).getBigUint64(0, true)
}

type DescriptorCode =
  | 'SLOT_DESCRIPTOR_SIZE'
  | 'SLOT_ID'
  | 'SLOT_PURPOSE'
  | 'SLOT_LIFECYCLE'
  | 'SLOT_PLATFORM'
  | 'SLOT_RESERVED'
  | 'SLOT_PERMISSIONS'

function mismatch(
  code: DescriptorCode,
  slot: number,
  field: string,
  got: string,
  want: string,
  section = '§3.1',
): FormatError {
  const message = `slot ${slot}: descriptor ${field} is ${got}, expected ${want} (spec ${section})`
  return new FormatError(code, message, { slot: `${slot}`, field, got, want })
}
