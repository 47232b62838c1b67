import { decodeChain, refuseUndecodable } from '../codecs/chain.ts'
import { Sha256 } from '../crypto/sha256.ts'
import { MAX_UNSTATED_DECODED } from '../format/limits.ts'
import { checksumHex, isOwnPackage } from '../format/metadata.ts'
import { chunkMemory, readRange } from './file-reading.ts'
import { PackageError } from './package-error.ts'
import type { PackageFile } from './package-file.ts'
import { isEncrypted, type PackageSlot } from './package-slot.ts'
import { readSlotKey } from './slot-key.ts'

/** Told the number of stored bytes of each chunk as it is read. */
export type OnBytes = (count: number) => void

/**
 * Spec §3.4: the stored bytes of a slot. The hash is compared behind the last chunk, so what a consumer did with the bytes counts
 * for nothing until the iteration has ended without an error. A consumer that keeps no chunk may lend memory for all of them.
 * @throws PackageError SLOT_DATA, FILE_READ, FILE_CHANGED
 */
export function* readSlot(
  pkg: PackageFile,
  slot: PackageSlot,
  onBytes?: OnBytes,
  lent?: Uint8Array<ArrayBuffer>,
): Generator<Uint8Array<ArrayBuffer>> {
  if (slot.isSelf) return
  const hash = new Sha256()
  const start = Number(slot.descriptor.offset)
  for (const bytes of readRange(pkg.fd, pkg.path, start, start + Number(slot.descriptor.size), lent)) {
    hash.update(bytes)
    yield bytes
    onBytes?.(bytes.length)
  }
  const got = hash.digestHex()
  const want = checksumHex(slot.metadata.checksum)
  if (got !== want) throw dataError(pkg, slot, got, want)
}

/**
 * Spec §3.4 and §4: the decoded bytes of a slot; for a tree the archive. Fails for a chain that cannot be decoded before it reads.
 * Where the stored bytes are not the signed ones, that is the error, whatever a decoder made of them.
 * @throws FormatError OPERATION_UNSUPPORTED; CodecError; PackageError SLOT_DATA, SLOT_DECODED_SIZE, SLOT_KEY_UNAVAILABLE
 */
export async function* decodeSlot(pkg: PackageFile, slot: PackageSlot, onBytes?: OnBytes): AsyncGenerator<Uint8Array> {
  const where = `slot ${slot.index} (${slot.id})`
  refuseUndecodable(slot.chain, where, slot.metadata.key_source !== undefined)
  const secret = slotSecret(pkg, slot, where)
  let total = 0
  try {
    const context = { where, maxBytes: maxDecoded(pkg, slot), ...(secret === undefined ? {} : { secret }) }
    for await (const bytes of decodeChain(readSlot(pkg, slot, onBytes), slot.chain, context)) {
      total += bytes.length
      yield bytes
    }
  } catch (error) {
    expectStored(pkg, slot)
    throw error
  }
  checkDecodedSize(pkg, slot, total)
}

/** Spec §4.7: asked for when a slot is decoded, and at no other time. */
function slotSecret(pkg: PackageFile, slot: PackageSlot, where: string): Uint8Array | undefined {
  const { key_source: signed } = slot.metadata
  if (signed === undefined || !isEncrypted(slot)) return undefined
  const { environment, sources } = pkg.slotKeys
  return readSlotKey(sources?.get(slot.id) ?? signed, where, environment)
}

/**
 * Reads the stored bytes and compares their hash: the last word on a decoder's complaint.
 * @throws PackageError SLOT_DATA
 */
export function expectStored(pkg: PackageFile, slot: PackageSlot, onBytes?: OnBytes): void {
  for (const _ of readSlot(pkg, slot, onBytes, chunkMemory()));
}

/** Spec §10: never more than the signed length; where a foreign package states none, a cap. */
function maxDecoded(pkg: PackageFile, slot: PackageSlot): number {
  if (slot.metadata.original_size !== undefined) return slot.metadata.original_size
  const stated = Number(slot.descriptor.originalSize)
  const isStoredLength = slot.descriptor.originalSize === slot.descriptor.size
  return isOwnPackage(pkg.metadata) || !isStoredLength ? stated : MAX_UNSTATED_DECODED
}

/** Spec §3.4: foreign packages state the stored length or the decoded one. */
function checkDecodedSize(pkg: PackageFile, slot: PackageSlot, total: number): void {
  const stated = Number(slot.descriptor.originalSize)
  if (total === stated) return
  const isForeignStoredLength = !isOwnPackage(pkg.metadata) && slot.descriptor.originalSize === slot.descriptor.size
  if (isForeignStoredLength) return
  const message = `slot ${slot.index} (${slot.id}): decodes to ${total} bytes, expected ${stated} (spec §3.4)`
  throw new PackageError('SLOT_DECODED_SIZE', message, {
    slot: `${slot.index}`,
    field: 'original_size',
    got: `${total}`,
    want: `${stated}`,
  })
}

function dataError(pkg: PackageFile, slot: PackageSlot, got: string, want: string): PackageError {
  const message = `slot ${slot.index} (${slot.id}): stored bytes have SHA-256 ${got}, expected ${want} (spec §3.4)`
  const hint = 'the file was damaged or changed after it was signed: fetch it again from where it came'
  const detail = { file: pkg.path, slot: `${slot.index}`, offset: `${slot.descriptor.offset}`, got, want }
  return new PackageError('SLOT_DATA', message, detail, { hint })
}
