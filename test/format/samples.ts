import fc from 'fast-check'
import { DEFAULT_HINTS, type IndexBlock } from '../../src/format/index-block.ts'
import { OPERATION_NAMES } from '../../src/format/operations.ts'
import type { SlotDescriptor } from '../../src/format/slot-descriptor.ts'

export const u8 = () => fc.nat(0xff)
export const u32 = () => fc.nat(0xffffffff)
export const u64 = () => fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

/** An index that says of a file of 10 000 bytes: launcher, metadata and a table of two slots. */
export const INDEX: IndexBlock = {
  packageSize: 10_000n,
  launcherSize: 17n,
  metadataOffset: 17n,
  metadataSize: 600n,
  slotTableOffset: 624n,
  slotTableSize: 128n,
  slotCount: 2,
  publicKey: new Uint8Array(32).fill(1),
  metadataChecksum: new Uint8Array(32).fill(2),
  signature: new Uint8Array(64).fill(3),
  hints: DEFAULT_HINTS,
}

export const anyIndex: fc.Arbitrary<IndexBlock> = fc
  .record({
    packageSize: u64(),
    launcherSize: u64(),
    metadataOffset: u64(),
    metadataSize: u64(),
    slotTableOffset: u64(),
    slotCount: u32(),
    publicKey: bytes(32),
    metadataChecksum: bytes(32),
    signature: bytes(64),
    hints: fc.record({
      accessMode: u8(),
      cacheStrategy: u8(),
      pageSize: u32(),
      maxMemory: u64(),
      minMemory: u64(),
      streamChunkSize: u32(),
      capabilities: fc.nat(0xff).map(BigInt),
      compatibility: u32(),
      protocolVersion: u32(),
    }),
  })
  .map(index => ({ ...index, slotTableSize: BigInt(index.slotCount) * 64n }))

export const anyChain = fc.array(fc.constantFrom(...OPERATION_NAMES.keys()), { maxLength: 8 })

export const DESCRIPTOR: SlotDescriptor = {
  id: 0n,
  nameHash: 0x1122334455667788n,
  offset: 752n,
  size: 40n,
  originalSize: 100n,
  operations: [0x01, 0x1b],
  checksum: 0x8877665544332211n,
  purpose: 1,
  lifecycle: 2,
  priority: 1,
  platform: 0,
  permissions: 0o755,
}

export const anyDescriptor: fc.Arbitrary<SlotDescriptor> = fc.record({
  id: fc.constant(0n),
  nameHash: u64(),
  offset: u64(),
  size: u64(),
  originalSize: u64(),
  operations: anyChain,
  checksum: u64(),
  purpose: fc.nat(3),
  lifecycle: fc.nat(10),
  priority: u8(),
  platform: fc.nat(3),
  permissions: fc.nat(0o777),
})
