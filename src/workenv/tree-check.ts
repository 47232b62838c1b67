import { closeSync, constants, lstatSync, openSync, readdirSync, readlinkSync, readSync, type Stats } from 'node:fs'
import { Sha256, sha256Hex } from '../crypto/sha256.ts'
import type { ListingEntry } from '../format/tree-listing.ts'
import { below, type ExpectedEntry, type ExpectedTree, parentOf } from './expected-tree.ts'
import { errorCode } from './rung-failure.ts'

/** workenv §7.4: what is wrong with one entry. */
export interface Damage {
  readonly path: string
  readonly kind: 'missing' | 'type' | 'mode' | 'size' | 'content' | 'extra'
  /** Undefined for an entry that does not belong. */
  readonly expected: ExpectedEntry | undefined
}

export interface TreeCheckOptions {
  /** Read and hash the files; else only sizes, modes and links are compared. */
  readonly hash: boolean
  /** On Windows files have no modes. */
  readonly hasModes: boolean
  /** Report what nobody expects, but for the paths that this says are the program's own (workenv §4.4). */
  readonly extras?: { readonly isPrograms: (path: string) => boolean } | undefined
}

/** workenv §7.2: compares what is below `root` with what belongs there, and follows no symlink. */
export function checkTree(root: string, expected: ExpectedTree, options: TreeCheckOptions): Damage[] {
  const damage: Damage[] = []
  const hasher = new FileHasher()
  /** What lies below a symlink that took a directory's place is somewhere else. */
  const gone = new Set<string>()
  for (const entry of expected.values()) {
    const isGone = gone.has(parentOf(entry.path))
    const kind = isGone ? 'missing' : damageOf(`${root}/${entry.path}`, entry, options, hasher)
    if (kind === undefined) continue
    damage.push({ path: entry.path, kind, expected: entry })
    if (entry.type === 'd' && kind !== 'mode') gone.add(entry.path)
  }
  if (options.extras !== undefined) {
    const { isPrograms } = options.extras
    for (const path of extrasBelow(root, '', expected)) {
      if (!isPrograms(path)) damage.push({ path, kind: 'extra', expected: undefined })
    }
  }
  return damage
}

function damageOf(
  place: string,
  entry: ExpectedEntry,
  options: TreeCheckOptions,
  hasher: FileHasher,
): Damage['kind'] | undefined {
  const status = statusOf(place)
  if (status === undefined) return 'missing'
  if (typeOf(status) !== entry.type) return 'type'
  if (entry.type === 'l') return sha256Hex(readlinkSync(place, 'buffer')) === entry.sha256 ? undefined : 'content'
  if (options.hasModes && !hasMode(status, entry)) return 'mode'
  if (entry.type === 'd') return undefined
  if (status.size !== entry.size) return 'size'
  return options.hash && !hasContent(place, entry, hasher) ? 'content' : undefined
}

/** A file that cannot be read is as bad as one that was changed. */
function hasContent(place: string, { sha256 }: ExpectedEntry, hasher: FileHasher): boolean {
  try {
    return hasher.hash(place) === sha256
  } catch (error) {
    if (errorCode(error) === undefined) throw error
    return false
  }
}

/** A directory that no listing names may have any mode with which its owner can work in it. */
function hasMode(status: Stats, { mode }: ExpectedEntry): boolean {
  return mode === undefined ? (status.mode & 0o700) === 0o700 : (status.mode & 0o7777) === mode
}

/** A directory that does not belong is named once, not with all that is in it. */
function* extrasBelow(root: string, directory: string, expected: ExpectedTree): Generator<string> {
  for (const item of readdirSync(directory === '' ? root : `${root}/${directory}`, { withFileTypes: true })) {
    const path = below(directory, item.name)
    const entry = expected.get(path)
    if (entry === undefined) yield path
    else if (item.isDirectory() && entry.type === 'd') yield* extrasBelow(root, path, expected)
  }
}

/** For messages: `1 entry`, `2 entries`. */
export function entries(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`
}

/** workenv §6.4: everything below `root` as it is, files hashed, but what `isPrograms` says is the program's own. */
export function listTree(root: string, isPrograms: (path: string) => boolean): ListingEntry[] {
  return [...entriesBelow(root, '', isPrograms, new FileHasher())]
}

function* entriesBelow(
  root: string,
  directory: string,
  isPrograms: (path: string) => boolean,
  hasher: FileHasher,
): Generator<ListingEntry> {
  for (const name of readdirSync(directory === '' ? root : `${root}/${directory}`)) {
    const path = below(directory, name)
    const place = `${root}/${path}`
    const status = lstatSync(place)
    const type = typeOf(status)
    if (type === undefined || isPrograms(path)) continue
    yield entryOf(place, path, type, status, hasher)
    if (type === 'd') yield* entriesBelow(root, path, isPrograms, hasher)
  }
}

function entryOf(
  place: string,
  path: string,
  type: ListingEntry['type'],
  status: Stats,
  hasher: FileHasher,
): ListingEntry {
  if (type === 'd') return { type, mode: status.mode & 0o7777, size: 0, sha256: '-', path }
  if (type === 'l') {
    const target = readlinkSync(place, 'buffer')
    return { type, mode: 0o777, size: target.length, sha256: sha256Hex(target), path }
  }
  return { type, mode: status.mode & 0o7777, size: status.size, sha256: hasher.hash(place), path }
}

/** Below a directory that nobody may enter, everything is missing. */
function statusOf(place: string): Stats | undefined {
  try {
    return lstatSync(place, { throwIfNoEntry: false })
  } catch (error) {
    if (errorCode(error) === 'EACCES') return undefined
    throw error
  }
}

function typeOf(status: Stats): ListingEntry['type'] | undefined {
  if (status.isFile()) return 'f'
  if (status.isDirectory()) return 'd'
  return status.isSymbolicLink() ? 'l' : undefined
}

/** Hashes files of any size through one buffer. */
class FileHasher {
  readonly #buffer = Buffer.allocUnsafe(1024 * 1024)

  /** Hex SHA-256. Throws errors of the system. */
  hash(place: string): string {
    const fd = openSync(place, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
    try {
      return this.#hashOpen(fd)
    } finally {
      closeSync(fd)
    }
  }

  #hashOpen(fd: number): string {
    const first = readSync(fd, this.#buffer)
    if (first < this.#buffer.length && readSync(fd, this.#buffer, first, this.#buffer.length - first, null) === 0) {
      return sha256Hex(this.#buffer.subarray(0, first))
    }
    return this.#hashLong(fd)
  }

  #hashLong(fd: number): string {
    const hash = new Sha256()
    let position = 0
    for (;;) {
      const count = readSync(fd, this.#buffer, 0, this.#buffer.length, position)
      if (count === 0) return hash.digestHex()
      hash.update(this.#buffer.subarray(0, count))
      position += count
    }
  }
}
