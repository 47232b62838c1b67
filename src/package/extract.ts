import { basename, join } from 'node:path'
import { readTar, type TarMember } from '../codecs/tar-reader.ts'
import { sha256Hex } from '../crypto/sha256.ts'
import { MAX_ARCHIVE_ENTRIES } from '../format/limits.ts'
import { checksumHex, isOwnPackage } from '../format/metadata.ts'
import { buildListing } from '../format/tree-listing.ts'
import { DirectoryMaker } from './directory-maker.ts'
import { PackageError, reasonOf } from './package-error.ts'
import type { PackageFile } from './package-file.ts'
import { isEncrypted, type PackageSlot } from './package-slot.ts'
import { decodeSlot, expectStored, type OnBytes } from './slot-stream.ts'
import { TreeBuilder } from './tree-builder.ts'
import { TreeChecker, type TreeSink } from './tree-checker.ts'

export interface ExtractOptions {
  /** Instead of the slot's own target; '' unpacks a tree into `root` itself. */
  readonly target?: string
  /** Spec §6.2: files without write bits. */
  readonly readOnly?: boolean
  readonly onBytes?: OnBytes
}

export interface ExtractedSlot {
  /** The canonical listing (spec §6.3) of what was unpacked. */
  readonly listing: Uint8Array
  /** Hex SHA-256 of the listing. */
  readonly tree: string
  readonly files: number
  /** Sum of the sizes of the files. */
  readonly bytes: number
}

/**
 * Unpacks one slot below `root`, which exists and belongs to the caller alone. It checks all that is signed about the slot, and
 * throws with the tree half written where anything differs: unpack into a private directory and publish it afterwards.
 * @throws PackageError SLOT_*, TREE_*, ENTRY_*, OUTPUT_WRITE; CodecError; FormatError OPERATION_UNSUPPORTED
 */
export async function extractSlot(
  pkg: PackageFile,
  slot: PackageSlot,
  root: string,
  options: ExtractOptions = {},
): Promise<ExtractedSlot> {
  const target = options.target ?? slot.target
  const where = whereOf(slot)
  const readOnly = options.readOnly ?? false
  if (!slot.isTree) {
    const parent = new TreeBuilder(root, { where, readOnly })
    await parent.add(fileMember(pkg, slot, target, options.onBytes))
    return finish(pkg, slot, [{ ...(parent.entries[0] ?? empty(slot)), path: basename(target) }])
  }
  const directory = join(root, target)
  makeRoot(root, target)
  return fill(pkg, slot, new TreeBuilder(directory, { where, readOnly }), options.onBytes)
}

/** Decodes a slot and checks all that is signed about it, without writing (spec §9.1, `verify --deep`). */
export async function checkSlotContent(pkg: PackageFile, slot: PackageSlot, onBytes?: OnBytes): Promise<ExtractedSlot> {
  const checker = new TreeChecker(whereOf(slot))
  if (slot.isTree) return fill(pkg, slot, checker, onBytes)
  await checker.add(fileMember(pkg, slot, basename(slot.target) || 'self', onBytes))
  return finish(pkg, slot, checker.entries)
}

/**
 * Decodes the single file of a slot, and checks all that is signed about it: nothing that `use` was given may be used before this has
 * come to its end.
 * @throws as `checkSlotContent`, and what `use` throws
 */
export async function decodeFile(pkg: PackageFile, slot: PackageSlot, use: (bytes: Uint8Array) => void): Promise<void> {
  const member = fileMember(pkg, slot, basename(slot.target))
  const checker = new TreeChecker(whereOf(slot))
  await checker.add({ ...member, body: seenBy(use, member.body) })
  finish(pkg, slot, checker.entries)
}

async function* seenBy(use: (bytes: Uint8Array) => void, body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const bytes of body) {
    use(bytes)
    yield bytes
  }
}

async function fill(pkg: PackageFile, slot: PackageSlot, sink: TreeSink, onBytes?: OnBytes): Promise<ExtractedSlot> {
  try {
    const context = { where: whereOf(slot), maxEntries: MAX_ARCHIVE_ENTRIES }
    for await (const member of readTar(decodeSlot(pkg, slot, onBytes), context))
      await sink.add(ownersOnly(slot, member))
  } catch (error) {
    if (!isSlotData(error)) expectStored(pkg, slot)
    throw error
  }
  return finish(pkg, slot, sink.entries)
}

function finish(pkg: PackageFile, slot: PackageSlot, entries: TreeSink['entries']): ExtractedSlot {
  const listing = buildListing(entries)
  const files = entries.filter(entry => entry.type === 'f')
  const bytes = files.reduce((sum, entry) => sum + entry.size, 0)
  const tree = sha256Hex(listing)
  const signed = slot.metadata.tree
  if (signed === undefined ? isOwnPackage(pkg.metadata) && !isEncrypted(slot) : checksumHex(signed) !== tree) {
    throw treeError('TREE_HASH', slot, 'tree', tree, signed ?? 'a signed tree hash')
  }
  const { files: signedFiles, bytes: signedBytes } = slot.metadata
  if (signedFiles !== undefined && signedFiles !== files.length) {
    throw treeError('TREE_COUNT', slot, 'files', `${files.length}`, `${signedFiles}`)
  }
  if (signedBytes !== undefined && signedBytes !== bytes) {
    throw treeError('TREE_COUNT', slot, 'bytes', `${bytes}`, `${signedBytes}`)
  }
  return { listing, tree, files: files.length, bytes }
}

/** Spec §3.3: a single file has the mode of its descriptor, 0600 where that is 0. */
function fileMember(pkg: PackageFile, slot: PackageSlot, path: string, onBytes?: OnBytes): TarMember {
  const mode = slot.descriptor.permissions || 0o600
  const [size, body] = [Number(slot.descriptor.originalSize), decodeSlot(pkg, slot, onBytes)]
  return ownersOnly(slot, { path, type: 'file', mode, size, body })
}

/** Spec §4.7: nobody else sees what was encrypted. */
function ownersOnly(slot: PackageSlot, member: TarMember): TarMember {
  return isEncrypted(slot) ? { ...member, mode: member.mode & ~0o077 } : member
}

function empty(slot: PackageSlot) {
  return { type: 'f' as const, mode: 0o400, size: 0, sha256: sha256Hex(new Uint8Array()), path: slot.id }
}

function makeRoot(root: string, target: string): void {
  try {
    new DirectoryMaker(root).make(target)
  } catch (cause) {
    if (cause instanceof PackageError) throw cause
    const place = join(root, target)
    throw new PackageError('OUTPUT_WRITE', `${place}: cannot be made: ${reasonOf(cause)}`, { file: place }, { cause })
  }
}

function isSlotData(error: unknown): boolean {
  return error instanceof PackageError && error.code === 'SLOT_DATA'
}

function whereOf(slot: PackageSlot): string {
  return `slot ${slot.index} (${slot.id})`
}

function treeError(
  code: 'TREE_HASH' | 'TREE_COUNT',
  slot: PackageSlot,
  field: string,
  got: string,
  want: string,
): PackageError {
  const message = `${whereOf(slot)}: ${field} is ${got}, expected ${want} (spec §6.3)`
  return new PackageError(code, message, { slot: `${slot.index}`, field, got, want })
}
