import { closeSync } from 'node:fs'
import { verifyEd25519 } from '../crypto/ed25519.ts'
import { keyId } from '../crypto/key-id.ts'
import { sha256, sha256Hex } from '../crypto/sha256.ts'
import { checkExecution } from '../format/execution-rules.ts'
import { FormatError } from '../format/format-error.ts'
import type { IndexBlock } from '../format/index-block.ts'
import { checkLayout, checkSlotRegions, type Layout, type Region } from '../format/layout.ts'
import { isOwnPackage, type Metadata, parseMetadata } from '../format/metadata.ts'
import { checkSlotAgreement } from '../format/slot-agreement.ts'
import { parseSlotDescriptor, SLOT_DESCRIPTOR_SIZE, type SlotDescriptor } from '../format/slot-descriptor.ts'
import { parseTrailer, TRAILER_SIZE } from '../format/trailer.ts'
import { openForReading, readAt, readRange, sizeOfFile } from './file-reading.ts'
import { checkLauncherSize } from './launcher-coverage.ts'
import { inflateMetadata } from './metadata-stream.ts'
import { PackageError } from './package-error.ts'
import { checkSlotTargets, type PackageSlot, packageSlots } from './package-slot.ts'
import type { SlotKeys } from './slot-key.ts'

/** An open package whose signed part has been checked. Slot bodies and the launcher are checked when they are read. */
export interface PackageFile {
  readonly path: string
  /** Everything is read through this one descriptor, so that what was checked is what is used. */
  readonly fd: number
  /** Bytes. */
  readonly size: number
  readonly index: IndexBlock
  readonly layout: Layout
  readonly metadata: Metadata
  /** The inflated JSON, exactly the bytes that are signed. */
  readonly metadataBytes: Uint8Array
  /** Hex SHA-256 of `metadataBytes`: names the package by its content. */
  readonly contentHash: string
  /** False only where the caller asked for a report instead of a refusal. */
  readonly signatureValid: boolean
  readonly slots: readonly PackageSlot[]
  /** Where the keys of encrypted slots come from, when one is decoded. */
  readonly slotKeys: SlotKeys
  close(): void
}

export interface OpenOptions {
  /** An open descriptor of the file; it is then the caller's to close. */
  readonly fd?: number
  /** `require` (default) refuses a wrong signature; `report` says so in `signatureValid`. */
  readonly signature?: 'require' | 'report'
  /** Default: the signed sources, and the environment of the process. */
  readonly slotKeys?: SlotKeys
}

/**
 * Opens a package and checks all that its signature covers or that the signed metadata repeats (spec §2 to §5), without reading
 * a slot or the launcher. Synchronous: a warm start does a handful of small reads, for which promises only cost.
 * @throws FormatError for bytes that are no package; PackageError FILE_READ, SIGNATURE_INVALID, KEY_ID, LAUNCHER_SIZE, SLOT_TARGETS,
 * SLOT_SHARE
 */
export function openPackage(path: string, options: OpenOptions = {}): PackageFile {
  const fd = options.fd ?? openForReading(path)
  try {
    return readPackage(path, fd, options)
  } catch (error) {
    if (options.fd === undefined) closeSync(fd)
    throw error
  }
}

function readPackage(path: string, fd: number, options: OpenOptions): PackageFile {
  const size = sizeOfFile(fd, path)
  const trailer = readAt(fd, path, Math.max(0, size - TRAILER_SIZE), Math.min(size, TRAILER_SIZE))
  const index = parseTrailer(trailer, BigInt(size))
  const layout = checkLayout(index, BigInt(size))
  const metadataBytes = readMetadata(path, fd, index, layout)
  const signatureValid = verifyEd25519(index.signature, metadataBytes, index.publicKey)
  if (!signatureValid && options.signature !== 'report') throw signatureError(path, index)
  const metadata = parseMetadata(metadataBytes)
  const descriptors = readSlotTable(path, fd, index, layout)
  for (const gap of checkSlotRegions(
    layout,
    descriptors.filter(slot => !isSelf(metadata, slot)),
  ))
    expectZeros(path, fd, gap)
  checkSlotAgreement(metadata, descriptors, sha256)
  checkExecution(metadata)
  checkKeyId(path, metadata, index)
  checkLauncherSize(path, metadata, layout)
  const slots = packageSlots(metadata, descriptors)
  checkSlotTargets(slots)
  return {
    path,
    fd,
    size,
    index,
    layout,
    metadata,
    metadataBytes,
    contentHash: sha256Hex(metadataBytes),
    signatureValid,
    slots,
    slotKeys: options.slotKeys ?? { environment: process.env },
    close: () => {
      if (options.fd === undefined) closeSync(fd)
    },
  }
}

function readMetadata(path: string, fd: number, index: IndexBlock, layout: Layout): Uint8Array {
  const { start, end } = layout.metadata
  const stored = readAt(fd, path, start, end - start)
  const checksum = sha256(stored)
  if (Buffer.compare(checksum, index.metadataChecksum) !== 0) {
    const got = Buffer.from(checksum).toString('hex')
    const want = Buffer.from(index.metadataChecksum).toString('hex')
    const message = `offset ${start}: metadata has SHA-256 ${got}, expected ${want} as the index says (spec §5.1)`
    throw new FormatError('METADATA_CHECKSUM', message, {
      file: path,
      offset: `${start}`,
      field: 'metadata',
      got,
      want,
    })
  }
  return inflateMetadata(stored)
}

function readSlotTable(path: string, fd: number, index: IndexBlock, layout: Layout): SlotDescriptor[] {
  const table = readAt(fd, path, layout.slotTable.start, index.slotCount * SLOT_DESCRIPTOR_SIZE)
  return Array.from({ length: index.slotCount }, (_, slot) =>
    parseSlotDescriptor(table.subarray(slot * SLOT_DESCRIPTOR_SIZE, (slot + 1) * SLOT_DESCRIPTOR_SIZE), slot),
  )
}

function isSelf(metadata: Metadata, descriptor: SlotDescriptor): boolean {
  return metadata.slots[Number(descriptor.id)]?.self_ref ?? false
}

/** Spec §2.5: bytes that belong to nothing could carry anything, signed by nobody; so they are zero. */
function expectZeros(path: string, fd: number, gap: Region): void {
  let offset = gap.start
  for (const bytes of readRange(fd, path, gap.start, gap.end)) {
    const position = bytes.findIndex(byte => byte !== 0)
    if (position >= 0) {
      const got = `0x${(bytes[position] ?? 0).toString(16).padStart(2, '0')}`
      const message = `offset ${offset + position}: padding ${gap.name} is ${got}, expected 0x00 (spec §2.5)`
      throw new FormatError('PADDING_NOT_ZERO', message, {
        file: path,
        offset: `${offset + position}`,
        got,
        want: '0x00',
      })
    }
    offset += bytes.length
  }
}

function checkKeyId(path: string, metadata: Metadata, index: IndexBlock): void {
  const want = keyId(index.publicKey)
  if (metadata.key_id === want || (metadata.key_id === undefined && !isOwnPackage(metadata))) return
  const got = metadata.key_id ?? 'absent'
  const message = `${path}: key_id of the metadata is ${got}, expected ${want}, that of the public key (spec §1.3)`
  throw new PackageError('KEY_ID', message, { file: path, field: 'key_id', got, want })
}

function signatureError(path: string, index: IndexBlock): PackageError {
  const message = `${path}: the signature does not fit the metadata and public key ${keyId(index.publicKey)} (spec §5.7)`
  const hint = 'the file was changed after it was signed: fetch it again from where it came'
  return new PackageError('SIGNATURE_INVALID', message, { file: path, field: 'integrity_signature' }, { hint })
}
