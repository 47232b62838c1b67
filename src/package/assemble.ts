import { sha256 } from '../crypto/sha256.ts'
import { DEFAULT_HINTS } from '../format/index-block.ts'
import { encodeSlotDescriptor, SLOT_DESCRIPTOR_SIZE, shortHash } from '../format/slot-descriptor.ts'
import { lifecycleBytes, purposeBytes, SLOT_PLATFORMS } from '../format/slot-enumerations.ts'
import { encodeTrailer, TRAILER_SIZE } from '../format/trailer.ts'
import type { EncodedSlot } from './encoded-slot.ts'
import { deflateMetadata } from './metadata-stream.ts'
import type { PlannedSlot } from './package-plan.ts'
import { PositionedOutput } from './positioned-output.ts'
import type { OnProgress } from './verify.ts'

export interface Parts {
  readonly launcher: { readonly path: string; readonly size: number }
  /** The JSON that is signed. */
  readonly metadata: Uint8Array
  readonly slots: readonly PlannedSlot[]
  /** By position; undefined for `$SELF`. */
  readonly encoded: readonly (EncodedSlot | undefined)[]
  readonly publicKey: Uint8Array
  /** Over `metadata`. */
  readonly signature: Uint8Array
}

/** Spec §2: launcher, metadata, slot table, slots, trailer; the table and every slot begin at a multiple of 8. */
export function assemble(path: string, parts: Parts, onProgress?: OnProgress): void {
  const { slots, encoded, metadata, publicKey, signature } = parts
  const launcherSize = parts.launcher.size
  const stored = deflateMetadata(metadata)
  const tableOffset = align(launcherSize + stored.length)
  const offsets = place(encoded, tableOffset + slots.length * SLOT_DESCRIPTOR_SIZE)
  const total = encoded.reduce((sum, slot) => sum + (slot?.size ?? 0), launcherSize + stored.length)
  const out = new PositionedOutput(path, onProgress, total)
  try {
    out.copy(parts.launcher.path, launcherSize)
    out.write(stored)
    out.pad(tableOffset)
    for (const [position, slot] of slots.entries())
      out.write(descriptorOf(slot, position, encoded[position], offsets[position] ?? 0))
    for (const [position, slot] of encoded.entries()) {
      if (slot === undefined) continue
      out.pad(offsets[position] ?? 0)
      out.copy(slot.path, slot.size, slot.checksum)
    }
    out.write(
      encodeTrailer({
        packageSize: BigInt(out.position + TRAILER_SIZE),
        launcherSize: BigInt(launcherSize),
        metadataOffset: BigInt(launcherSize),
        metadataSize: BigInt(stored.length),
        slotTableOffset: BigInt(tableOffset),
        slotTableSize: BigInt(slots.length * SLOT_DESCRIPTOR_SIZE),
        slotCount: slots.length,
        publicKey,
        metadataChecksum: sha256(stored),
        signature,
        hints: DEFAULT_HINTS,
      }),
    )
  } finally {
    out.close()
  }
}

function place(slots: readonly (EncodedSlot | undefined)[], start: number): number[] {
  let end = start
  return slots.map(slot => {
    if (slot === undefined) return 0
    const offset = align(end)
    end = offset + slot.size
    return offset
  })
}

function descriptorOf(
  slot: PlannedSlot,
  position: number,
  encoded: EncodedSlot | undefined,
  offset: number,
): Uint8Array {
  return encodeSlotDescriptor({
    id: BigInt(position),
    nameHash: shortHash(sha256(Buffer.from(slot.id))),
    offset: BigInt(offset),
    size: BigInt(encoded?.size ?? 0),
    originalSize: BigInt(encoded?.originalSize ?? 0),
    operations: slot.operations,
    checksum: encoded === undefined ? 0n : shortHash(Buffer.from(encoded.checksum, 'hex')),
    purpose: purposeBytes(slot.purpose)[0] ?? 0,
    lifecycle: lifecycleBytes(slot.lifecycle)[0] ?? 2,
    priority: 1,
    platform: SLOT_PLATFORMS.indexOf(slot.platform ?? 'any'),
    permissions: slot.permissions ?? 0,
  })
}

function align(offset: number): number {
  return Math.ceil(offset / 8) * 8
}
