import { chmodSync, closeSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { EncodeOptions } from '../codecs/codec.ts'
import { keyId } from '../crypto/key-id.ts'
import { Sha256, sha256Hex } from '../crypto/sha256.ts'
import { type Signer, signWith } from '../crypto/signer.ts'
import { TRAILER_SIZE } from '../format/trailer.ts'
import { assemble } from './assemble.ts'
import type { EncodedSlot } from './encoded-slot.ts'
import { chunkMemory, openForReading, readAt, readRange, sizeOfFile } from './file-reading.ts'
import { writeMetadata } from './metadata-writer.ts'
import { addOrigin, MAX_LISTED, type OriginIds, type OriginPart } from './origin/add-origin.ts'
import { PackageError, reasonOf } from './package-error.ts'
import { openPackage } from './package-file.ts'
import type { PackagePlan } from './package-plan.ts'
import { portablePlan } from './portable-profile.ts'
import { encodeSlots, withLongEnoughBytes } from './slot-encoding.ts'
import type { SlotKeys } from './slot-key.ts'
import { type OnProgress, type VerifyReport, verifyPackage } from './verify.ts'

export interface WriteOptions {
  /** Where the package appears, by a rename, once it has been read back. */
  readonly output: string
  readonly launcher: { readonly path: string; readonly tool: string; readonly toolVersion: string }
  readonly key: Signer
  /** The key was made for this package alone; the metadata says so. */
  readonly ephemeral: boolean
  /** The key was derived from a text, which others may guess; the metadata says so. */
  readonly testKey?: boolean
  readonly profile: 'default' | 'portable'
  readonly effort: EncodeOptions['effort']
  /** Seconds since 1970: SOURCE_DATE_EPOCH, or 315532800 (1980, the earliest that zip knows). */
  readonly timestamp: number
  /** Where encoded slots are kept for the next time; absent: nowhere. */
  readonly cacheDirectory?: string
  /** Where the keys of encrypted slots come from; default: their signed sources, and the environment of the process. */
  readonly slotKeys?: SlotKeys
  /** Also decode every slot when the package is read back, and compare its tree; the stored bytes always are. */
  readonly deepReadBack?: boolean
  /** What the package says about itself, in this order, in slots behind its own (spec §5.8). */
  readonly origin?: readonly OriginPart[]
  readonly onProgress?: OnProgress
}

export interface WrittenPackage {
  readonly path: string
  /** Bytes. */
  readonly size: number
  readonly keyId: string
  /** Hex SHA-256 of the signed metadata. */
  readonly contentHash: string
  readonly launcher: { readonly size: number; readonly checksum: string }
  /** Ids of the slots that say where the package came from (spec §5.8). */
  readonly origin: OriginIds
  readonly slots: readonly WrittenSlot[]
  /** What the strict reader found when it read the file back. */
  readonly report: VerifyReport
}

export interface WrittenSlot extends Omit<EncodedSlot, 'path'> {
  readonly id: string
  /** Taken from the cache, not encoded again. */
  readonly cached: boolean
  /** Says where the package came from (spec §5.8). */
  readonly origin: boolean
}

/**
 * Writes a package: encodes the slots, signs the metadata, assembles a temporary sibling of `output`, reads that back with the
 * strict reader, renames it. A former output stays until then, and after any failure.
 * @throws PackageError PLAN_INVALID, PROFILE_PORTABLE, LAUNCHER_UNUSABLE, OUTPUT_WRITE, READ_BACK and those of reading the inputs
 */
export async function writePackage(plan: PackagePlan, options: WriteOptions): Promise<WrittenPackage> {
  const shaped = options.profile === 'portable' ? portablePlan(plan) : plan
  const final = { ...shaped, slots: shaped.slots.map(withLongEnoughBytes) }
  const launcher = measureLauncher(options.launcher.path)
  const temporary = join(dirname(options.output), `.${basename(options.output)}.${process.pid}.tmp`)
  try {
    const slotKeys = options.slotKeys ?? { environment: process.env }
    const places = { ...options, slotKeys, scratch: `${temporary}.slots`, keepListings: MAX_LISTED }
    const own = await encodeSlots(final.slots, places)
    const { plan: complete, encoded, origin } = await addOrigin(final, own, { ...places, measured: launcher })
    const slots = encoded.map(slot => slot.encoded)
    const { publicKey } = options.key
    const { ephemeral, testKey = false, timestamp } = options
    const described = { publicKey, ephemeral, testKey, timestamp, origin }
    const metadata = writeMetadata(complete, slots, { ...described, launcher: { ...options.launcher, ...launcher } })
    const parts = { launcher: { path: options.launcher.path, size: launcher.size }, metadata, publicKey }
    const signature = await signWith(options.key, metadata)
    assemble(temporary, { ...parts, signature, slots: complete.slots, encoded: slots }, options.onProgress)
    const report = await readBack(temporary, options)
    publish(temporary, options.output)
    return {
      path: options.output,
      size: report.size,
      keyId: keyId(options.key.publicKey),
      contentHash: sha256Hex(metadata),
      launcher,
      origin,
      slots: encoded.flatMap(({ id, encoded: slot, cached }) => {
        if (slot === undefined) return []
        const { path: _, ...rest } = slot
        return [{ id, ...rest, cached, origin: Object.values(origin).includes(id) }]
      }),
      report,
    }
  } finally {
    rmSync(temporary, { force: true })
    rmSync(`${temporary}.slots`, { recursive: true, force: true })
  }
}

/** Spec §9.2: a launcher is a bare executable; one that already carries a package would run that one. */
function measureLauncher(path: string): { size: number; checksum: string } {
  const fd = openForReading(path)
  try {
    const size = sizeOfFile(fd, path)
    const tail = readAt(fd, path, Math.max(0, size - TRAILER_SIZE), TRAILER_SIZE)
    const isPackage = tail.length === TRAILER_SIZE && Buffer.from(tail.subarray(0, 4)).toString('hex') === 'f09f93a6'
    if (size === 0 || isPackage) {
      const got = size === 0 ? 'empty' : 'a package already'
      throw new PackageError('LAUNCHER_UNUSABLE', `${path}: is ${got}, expected a bare launcher`, { file: path, got })
    }
    const hash = new Sha256()
    for (const bytes of readRange(fd, path, 0, size, chunkMemory())) hash.update(bytes)
    return { size, checksum: hash.digestHex() }
  } finally {
    closeSync(fd)
  }
}

async function readBack(path: string, options: WriteOptions): Promise<VerifyReport> {
  const pkg = openPackage(path, options.slotKeys === undefined ? {} : { slotKeys: options.slotKeys })
  try {
    const onProgress = options.onProgress ? { onProgress: options.onProgress } : {}
    return await verifyPackage(pkg, { deep: options.deepReadBack ?? false, ...onProgress })
  } catch (cause) {
    const message = `the package that was written does not read back: ${reasonOf(cause)}`
    throw new PackageError(
      'READ_BACK',
      message,
      {},
      { cause, hint: 'this is a fault of flavor or of the disk: please report it' },
    )
  } finally {
    pkg.close()
  }
}

/** Executable by whoever may read: mode 0755 less the caller's umask, as a compiler makes it. */
function publish(temporary: string, output: string): void {
  try {
    chmodSync(temporary, 0o755 & ~process.umask())
    renameSync(temporary, output)
  } catch (cause) {
    throw new PackageError(
      'OUTPUT_WRITE',
      `${output}: cannot be written: ${reasonOf(cause)}`,
      { file: output },
      { cause },
    )
  }
}
