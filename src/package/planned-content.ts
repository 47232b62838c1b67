import { closeSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { TarMember } from '../codecs/tar-reader.ts'
import { Sha256, sha256Hex } from '../crypto/sha256.ts'
import { type ListingEntry, listingMode } from '../format/tree-listing.ts'
import { chunkMemory, openForReading, readRange, sizeOfFile } from './file-reading.ts'
import { PackageError } from './package-error.ts'
import type { PlannedSlot } from './package-plan.ts'
import { TreeChecker } from './tree-checker.ts'
import type { FileEntry, TreeEntry } from './tree-entry.ts'

/** Files up to this size are read in one piece. */
const SMALL = 4 * 1024 * 1024

/** The content of a planned slot with the hashes of its files: what a cache can be asked for, and what encoding must reproduce. */
export type PlannedContent = PlannedTree | PlannedFile

export interface PlannedTree {
  readonly kind: 'tree'
  readonly where: string
  readonly listing: readonly ListingEntry[]
  /** In the order of the archive: see `sortEntries`. */
  readonly entries: readonly TreeEntry[]
}

export interface PlannedFile {
  readonly kind: 'file'
  readonly where: string
  readonly listing: readonly ListingEntry[]
  /** A consumer that keeps no chunk may lend memory for all of them. */
  read(lent?: Uint8Array<ArrayBuffer>): Iterable<Uint8Array>
}

/** Spec §11: modes are normalised, so that the packer's umask leaves no trace. */
export function archiveMode(mode: number): number {
  return (mode & 0o111) === 0 ? 0o644 : 0o755
}

/**
 * Reads and hashes every file of a tree, and judges the entries by the rules that readers will apply.
 * @throws PackageError ENTRY_*, FILE_READ
 */
export async function describeTree(where: string, entries: readonly TreeEntry[]): Promise<PlannedTree> {
  const ordered = sortEntries(entries)
  const checker = new TreeChecker(where)
  for (const entry of ordered) {
    const member = memberOf(entry, where)
    const path = checker.judge(member)
    checker.record(member, path, entry.type === 'file' ? hashEntry(entry) : undefined)
  }
  return { kind: 'tree', where, entries: ordered, listing: checker.entries }
}

/** @throws PackageError FILE_READ */
export function describeFile(where: string, slot: PlannedSlot, path: string, mode: number): PlannedFile {
  const { size, sha256 } = hashFile(path)
  const name = basename(slot.target)
  const entry: ListingEntry = { type: 'f', mode: listingMode('f', mode), size, sha256, path: name }
  return { kind: 'file', where, listing: [entry], read: lent => checkedFile(path, entry, where, lent) }
}

/** The members of a tree for the archive, bodies checked against the listing as they go by. */
export function* tarMembers(tree: PlannedTree): Generator<TarMember> {
  for (const [position, entry] of tree.entries.entries()) {
    const member = memberOf(entry, tree.where)
    const listed = tree.listing[position]
    if (entry.type !== 'file' || listed === undefined) yield member
    else if ('bytes' in entry.content) yield { ...member, body: once(entry.content.bytes) }
    else yield { ...member, body: streamed(checkedFile(entry.content.path, listed, tree.where)) }
  }
}

/**
 * Directories and links, files, hard links. Machine code stands apart from text. Files are grouped by the name of their directory, not
 * by its path: a tree that holds the same library twice (pip brings its own copies of what applications use) has its copies further
 * apart than the window of zstd otherwise. Bytecode stands beside its source, most of whose strings it repeats. docs/codecs.md has figures.
 */
function sortEntries(entries: readonly TreeEntry[]): readonly TreeEntry[] {
  const keyed = entries.map(entry => ({ entry, keys: sortKeys(entry) }))
  keyed.sort((a, b) =>
    a.keys.reduce((order, key, position) => order || Buffer.compare(key, b.keys[position] ?? key), 0),
  )
  return keyed.map(({ entry }) => entry)
}

function sortKeys({ type, path }: TreeEntry): readonly Buffer[] {
  if (type === 'hardlink') return [Buffer.of(3), Buffer.from(path)]
  if (type !== 'file') return [Buffer.of(0), Buffer.from(path)]
  const isMachineCode = /\.(so(\.[^/]*)?|dll|exe|pyd|dylib)$/.test(path)
  const source = path.replace(/(^|\/)__pycache__\/([^/]+)\.[^./]+\.pyc$/, '$1$2.py')
  const keys = [Buffer.of(isMachineCode ? 2 : 1), basename(dirname(source)), basename(source), path]
  return keys.map(key => Buffer.from(key))
}

function memberOf(entry: TreeEntry, where: string): TarMember {
  const base = { path: entry.path, size: 0, mode: 0o755, body: nothing() }
  switch (entry.type) {
    case 'directory':
      return { ...base, type: 'directory' }
    case 'symlink':
      return { ...base, type: 'symlink', mode: 0o777, linkTarget: entry.target }
    case 'hardlink':
      return { ...base, type: 'hardlink', mode: 0o644, linkTarget: entry.target }
    case 'file':
      if ((entry.mode & ~0o777) !== 0) {
        const message = `${where}: ${entry.path} has mode 0${entry.mode.toString(8)}, expected no set-id and no sticky bit (spec §6.1)`
        throw new PackageError('ENTRY_MODE', message, { path: entry.path })
      }
      return { ...base, type: 'file', mode: archiveMode(entry.mode), size: entry.size }
  }
}

function hashEntry(entry: FileEntry): { size: number; sha256: string } {
  const { content } = entry
  return 'bytes' in content
    ? { size: content.bytes.length, sha256: sha256Hex(content.bytes) }
    : hashFile(content.path, entry.size)
}

function hashFile(path: string, expected?: number): { size: number; sha256: string } {
  const fd = openForReading(path)
  try {
    const size = sizeOfFile(fd, path)
    if (expected !== undefined && size !== expected) throw changed(path)
    if (size <= SMALL) return { size, sha256: sha256Hex(readFileSync(fd)) }
    const hash = new Sha256()
    for (const bytes of readRange(fd, path, 0, size, chunkMemory())) hash.update(bytes)
    return { size, sha256: hash.digestHex() }
  } finally {
    closeSync(fd)
  }
}

/** A file's bytes, which must be those that were hashed before. */
function* checkedFile(
  path: string,
  listed: ListingEntry,
  where: string,
  lent?: Uint8Array<ArrayBuffer>,
): Generator<Uint8Array> {
  const fd = openForReading(path)
  try {
    if (sizeOfFile(fd, path) !== listed.size) throw changed(path, where)
    const hash = new Sha256()
    for (const bytes of readRange(fd, path, 0, listed.size, lent)) {
      hash.update(bytes)
      yield bytes
    }
    if (hash.digestHex() !== listed.sha256) throw changed(path, where)
  } finally {
    closeSync(fd)
  }
}

function changed(path: string, where = 'slot'): PackageError {
  const hint = 'pack again when nothing else writes there'
  return new PackageError('PLAN_INVALID', `${where}: ${path} changed while it was packed`, { file: path }, { hint })
}

async function* streamed(input: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* input
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
