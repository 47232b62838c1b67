import { adler32 } from './adler32.ts'
import { FormatError } from './format-error.ts'

/** Spec §2.2: the index block is 8192 bytes, little-endian. */
export const INDEX_SIZE = 8192
export const FORMAT_VERSION = 0x20250001
/** Spec §2.2: the field holds 512 bytes, of which an Ed25519 signature uses the first 64. */
export const SIGNATURE_SIZE = 64

const CHECKSUM_OFFSET = 4
const SIGNATURE_OFFSET = 128
const SIGNATURE_FIELD_END = 640

/** The fields of spec §2.2 that carry meaning. Sizes and offsets are bytes of the whole file. */
export interface IndexBlock {
  readonly packageSize: bigint
  readonly launcherSize: bigint
  readonly metadataOffset: bigint
  readonly metadataSize: bigint
  readonly slotTableOffset: bigint
  readonly slotTableSize: bigint
  readonly slotCount: number
  /** Raw Ed25519 public key, 32 bytes. */
  readonly publicKey: Uint8Array
  /** SHA-256 of the metadata as stored, 32 bytes. */
  readonly metadataChecksum: Uint8Array
  /** Ed25519 signature over the inflated metadata, 64 bytes. */
  readonly signature: Uint8Array
  readonly hints: IndexHints
}

/** Spec §2.2: written by the reference builders with different values, acted on by nobody. Kept so that re-encoding is exact. */
export interface IndexHints {
  readonly accessMode: number
  readonly cacheStrategy: number
  readonly pageSize: number
  readonly maxMemory: bigint
  readonly minMemory: bigint
  readonly streamChunkSize: number
  readonly capabilities: bigint
  readonly compatibility: number
  readonly protocolVersion: number
}

/** What we write: the values of the reference's Rust builder, which all readers accept (spec §2.2). */
export const DEFAULT_HINTS: IndexHints = {
  accessMode: 0,
  cacheStrategy: 0,
  pageSize: 4096,
  maxMemory: 0n,
  minMemory: 0n,
  streamChunkSize: 0,
  capabilities: 0x81n,
  compatibility: FORMAT_VERSION,
  protocolVersion: 1,
}

/** Spec §2.2: bits that the format defines. 0x01 mmap ... 0x80 signed. */
const DEFINED_CAPABILITIES = 0xffn

/** Spec §2.2: ranges of the block that are zero in every package, by name. */
const RESERVED: readonly (readonly [name: string, start: number, end: number])[] = [
  ['flags', 60, 64],
  ['signature tail', SIGNATURE_OFFSET + SIGNATURE_SIZE, SIGNATURE_FIELD_END],
  ['hint bytes', 642, 644],
  ['cpu_features, gpu_requirements, numa_hints', 664, 688],
  ['padding', 692, 704],
  ['build fields', 704, 832],
  ['requirements, extensions', 840, 856],
  ['future_crypto, reserved', 864, INDEX_SIZE],
]

/**
 * Spec §2.2 and §2.3: reads the block and checks what it says about itself. Where its regions lie is §2.4 (`layout.ts`).
 * @param at file offset of the block, for messages
 * @throws FormatError INDEX_VERSION, INDEX_CHECKSUM, INDEX_RESERVED, INDEX_SLOT_TABLE
 */
export function parseIndexBlock(bytes: Uint8Array, at = 0n): IndexBlock {
  if (bytes.length !== INDEX_SIZE) {
    throw new FormatError(
      'TRAILER_TOO_SHORT',
      `index block is ${bytes.length} bytes, expected ${INDEX_SIZE} (spec §2.2)`,
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, INDEX_SIZE)
  const version = view.getUint32(0, true)
  if (version !== FORMAT_VERSION) {
    throw indexError('INDEX_VERSION', at, 0, 'format_version', hex32(version), hex32(FORMAT_VERSION))
  }
  const stored = view.getUint32(CHECKSUM_OFFSET, true)
  const computed = indexChecksum(bytes)
  if (stored !== computed) {
    throw indexError('INDEX_CHECKSUM', at, CHECKSUM_OFFSET, 'index_checksum', hex32(stored), hex32(computed))
  }
  refuseReserved(bytes, at)
  const slotCount = view.getUint32(56, true)
  const slotTableSize = view.getBigUint64(48, true)
  if (slotTableSize !== BigInt(slotCount) * 64n) {
    throw indexError('INDEX_SLOT_TABLE', at, 48, 'slot_table_size', `${slotTableSize}`, `${slotCount * 64}`)
  }
  const capabilities = view.getBigUint64(832, true)
  if ((capabilities & ~DEFINED_CAPABILITIES) !== 0n) {
    throw indexError('INDEX_RESERVED', at, 832, 'capabilities', `0x${capabilities.toString(16)}`, 'bits 0x01 to 0x80')
  }
  return {
    packageSize: view.getBigUint64(8, true),
    launcherSize: view.getBigUint64(16, true),
    metadataOffset: view.getBigUint64(24, true),
    metadataSize: view.getBigUint64(32, true),
    slotTableOffset: view.getBigUint64(40, true),
    slotTableSize,
    slotCount,
    publicKey: copy(bytes, 64, 32),
    metadataChecksum: copy(bytes, 96, 32),
    signature: copy(bytes, SIGNATURE_OFFSET, SIGNATURE_SIZE),
    hints: {
      accessMode: view.getUint8(640),
      cacheStrategy: view.getUint8(641),
      pageSize: view.getUint32(644, true),
      maxMemory: view.getBigUint64(648, true),
      minMemory: view.getBigUint64(656, true),
      streamChunkSize: view.getUint32(688, true),
      capabilities,
      compatibility: view.getUint32(856, true),
      protocolVersion: view.getUint32(860, true),
    },
  }
}

/** Spec §2.2: the 8192 bytes of `index`, checksum included. Everything reserved is zero. */
export function encodeIndexBlock(index: IndexBlock): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(INDEX_SIZE)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, FORMAT_VERSION, true)
  view.setBigUint64(8, index.packageSize, true)
  view.setBigUint64(16, index.launcherSize, true)
  view.setBigUint64(24, index.metadataOffset, true)
  view.setBigUint64(32, index.metadataSize, true)
  view.setBigUint64(40, index.slotTableOffset, true)
  view.setBigUint64(48, index.slotTableSize, true)
  view.setUint32(56, index.slotCount, true)
  bytes.set(index.publicKey, 64)
  bytes.set(index.metadataChecksum, 96)
  bytes.set(index.signature, SIGNATURE_OFFSET)
  view.setUint8(640, index.hints.accessMode)
  view.setUint8(641, index.hints.cacheStrategy)
  view.setUint32(644, index.hints.pageSize, true)
  view.setBigUint64(648, index.hints.maxMemory, true)
  view.setBigUint64(656, index.hints.minMemory, true)
  view.setUint32(688, index.hints.streamChunkSize, true)
  view.setBigUint64(832, index.hints.capabilities, true)
  view.setUint32(856, index.hints.compatibility, true)
  view.setUint32(860, index.hints.protocolVersion, true)
  view.setUint32(CHECKSUM_OFFSET, indexChecksum(bytes), true)
  return bytes
}

/** Spec §2.3: Adler-32 over the block with its own four bytes taken as zero. */
export function indexChecksum(bytes: Uint8Array): number {
  const copy = Uint8Array.from(bytes)
  copy.fill(0, CHECKSUM_OFFSET, CHECKSUM_OFFSET + 4)
  return adler32(copy)
}

function refuseReserved(bytes: Uint8Array, at: bigint): void {
  for (const [name, start, end] of RESERVED) {
    const position = bytes.subarray(start, end).findIndex(byte => byte !== 0)
    if (position >= 0) {
      const got = `0x${(bytes[start + position] ?? 0).toString(16).padStart(2, '0')}`
      throw indexError('INDEX_RESERVED', at, start + position, name, got, '0x00')
    }
  }
}

/** A Buffer's own `slice` would share its memory. */
function copy(bytes: Uint8Array, start: number, length: number): Uint8Array {
  return new Uint8Array(bytes.subarray(start, start + length))
}

type IndexCode = 'INDEX_VERSION' | 'INDEX_CHECKSUM' | 'INDEX_RESERVED' | 'INDEX_SLOT_TABLE'

function indexError(
  code: IndexCode,
  at: bigint,
  offset: number,
  field: string,
  got: string,
  want: string,
): FormatError {
  const where = at + BigInt(offset)
  const section = code === 'INDEX_CHECKSUM' ? '§2.3' : '§2.2'
  const message = `offset ${where}: index ${field} is ${got}, expected ${want} (spec ${section})`
  return new FormatError(code, message, { offset: `${where}`, field, got, want })
}

function hex32(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`
}
