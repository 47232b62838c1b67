import { closeSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { decodeChain, encodeChain, refuseUndecodable } from '../codecs/chain.ts'
import type { ByteStream, EncodeOptions } from '../codecs/codec.ts'
import { readTar } from '../codecs/tar-reader.ts'
import { writeTar } from '../codecs/tar-writer.ts'
import { Sha256, sha256Hex } from '../crypto/sha256.ts'
import { ensureDirectory } from '../files/ensure-directory.ts'
import { MAX_ARCHIVE_ENTRIES, MAX_UNSTATED_DECODED } from '../format/limits.ts'
import { OP_GZIP, type OperationChain } from '../format/operations.ts'
import { buildListing, type ListingEntry } from '../format/tree-listing.ts'
import { chunkMemory, openForReading, readRange, sizeOfFile } from './file-reading.ts'
import { PackageError, reasonOf } from './package-error.ts'
import { type PlannedContent, tarMembers } from './planned-content.ts'
import { writeFully } from './tree-builder.ts'
import { TreeChecker } from './tree-checker.ts'

/** A slot as it will be stored, in a file of its own, with all that the metadata says about it. */
export interface EncodedSlot {
  /** Where the stored bytes lie until they are copied into the package. */
  readonly path: string
  /** Stored bytes. */
  readonly size: number
  /** Hex SHA-256 of the stored bytes. */
  readonly checksum: string
  /** Bytes of the decoded stream. */
  readonly originalSize: number
  /** Hex SHA-256 of the listing (spec §6.3). */
  readonly tree: string
  readonly files: number
  readonly bytes: number
}

export interface EncodeSlotOptions {
  readonly where: string
  readonly chain: OperationChain
  readonly effort: EncodeOptions['effort']
  /** Seconds since 1970 that every archive entry carries. */
  readonly mtime: number
  readonly onBytes?: (count: number) => void
}

/**
 * Encodes `content` into the new file `path`.
 * @throws PackageError PLAN_INVALID where the content has changed since it was described, OUTPUT_WRITE; CodecError
 */
export async function encodeSlot(
  content: PlannedContent,
  path: string,
  options: EncodeSlotOptions,
): Promise<EncodedSlot> {
  const measured = { originalSize: 0 }
  const onBytes = (count: number) => {
    measured.originalSize += count
    options.onBytes?.(count)
  }
  const plain = counted(plainStream(content, options), onBytes)
  const encoded = encodeChain(plain, options.chain, { effort: options.effort })
  const { size, checksum } = await store(encoded, path)
  return { path, size, checksum, ...measured, ...describeListing(content.listing) }
}

/** Takes bytes that are already encoded: decodes them once, so that what the metadata says of them is true. */
export async function describeEncoded(
  source: string,
  options: EncodeSlotOptions,
): Promise<EncodedSlot & { listing: Uint8Array }> {
  const fd = openForReading(source)
  try {
    const size = sizeOfFile(fd, source)
    const hash = new Sha256()
    refuseUndecodable(options.chain, options.where)
    const stored = counted(readRange(fd, source, 0, size), options.onBytes, bytes => hash.update(bytes))
    const context = { where: options.where, maxBytes: MAX_UNSTATED_DECODED }
    const measured = { originalSize: 0 }
    const decoded = counted(decodeChain(stored, options.chain, context), count => {
      measured.originalSize += count
    })
    const checker = new TreeChecker(options.where)
    for await (const member of readTar(decoded, { where: options.where, maxEntries: MAX_ARCHIVE_ENTRIES }))
      await checker.add(member)
    const listing = buildListing(checker.entries)
    return { path: source, size, checksum: hash.digestHex(), ...measured, ...describeListing(checker.entries), listing }
  } finally {
    closeSync(fd)
  }
}

/** As `describeEncoded`, for a single file. */
export async function describeEncodedFile(
  source: string,
  name: string,
  mode: number,
  options: EncodeSlotOptions,
): Promise<EncodedSlot> {
  const fd = openForReading(source)
  try {
    const size = sizeOfFile(fd, source)
    const stored = new Sha256()
    const plain = new Sha256()
    refuseUndecodable(options.chain, options.where)
    const input = counted(readRange(fd, source, 0, size), options.onBytes, bytes => stored.update(bytes))
    let originalSize = 0
    for await (const bytes of decodeChain(input, options.chain, {
      where: options.where,
      maxBytes: MAX_UNSTATED_DECODED,
    })) {
      plain.update(bytes)
      originalSize += bytes.length
    }
    const entry: ListingEntry = {
      type: 'f',
      mode: mode & 0o555,
      size: originalSize,
      sha256: plain.digestHex(),
      path: name,
    }
    return { path: source, size, checksum: stored.digestHex(), originalSize, ...describeListing([entry]) }
  } finally {
    closeSync(fd)
  }
}

function describeListing(entries: readonly ListingEntry[]) {
  const files = entries.filter(entry => entry.type === 'f')
  return {
    tree: sha256Hex(buildListing(entries)),
    files: files.length,
    bytes: files.reduce((sum, entry) => sum + entry.size, 0),
  }
}

function plainStream(content: PlannedContent, options: EncodeSlotOptions): ByteStream {
  if (content.kind === 'tree') return writeTar(tarMembers(content), { mtime: options.mtime })
  // gzip still works on a chunk when the next is read; zstd copies what it gets, and what is not compressed is written at once.
  return options.chain.includes(OP_GZIP) ? content.read() : content.read(chunkMemory())
}

async function* counted(
  input: ByteStream,
  onBytes?: (count: number) => void,
  use?: (bytes: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const bytes of input) {
    use?.(bytes)
    yield bytes
    onBytes?.(bytes.length)
  }
}

/** Writes a stream into the new file `path`. @throws PackageError OUTPUT_WRITE */
export async function store(
  input: AsyncIterable<Uint8Array>,
  path: string,
): Promise<{ size: number; checksum: string }> {
  const hash = new Sha256()
  let size = 0
  try {
    ensureDirectory(dirname(path))
    const fd = openSync(path, 'wx', 0o600)
    try {
      for await (const bytes of input) {
        hash.update(bytes)
        writeFully(fd, bytes)
        size += bytes.length
      }
    } finally {
      closeSync(fd)
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause
    throw new PackageError('OUTPUT_WRITE', `${path}: cannot be written: ${reasonOf(cause)}`, { file: path }, { cause })
  }
  return { size, checksum: hash.digestHex() }
}
