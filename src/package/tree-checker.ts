import { dirname } from 'node:path'
import type { TarMember } from '../codecs/tar-reader.ts'
import { Sha256, sha256Hex } from '../crypto/sha256.ts'
import { pathFault } from '../format/target-path.ts'
import { type ListingEntry, listingMode } from '../format/tree-listing.ts'
import { PackageError } from './package-error.ts'

/** A place to put entries. What it has made is described by `entries`, in the order of making. */
export interface TreeSink {
  readonly entries: readonly ListingEntry[]
  add(member: TarMember): Promise<void>
}

/** Spec §6.1: judges entries without writing them; `TreeBuilder` judges by the same rules before it writes. */
export class TreeChecker implements TreeSink {
  readonly entries: ListingEntry[] = []
  readonly where: string
  /** Path to entry, for duplicates, parents and hard links. */
  readonly #known = new Map<string, ListingEntry>()
  /** Directories that stand there only because something lies below them; an entry of their own may follow. */
  readonly #implied = new Set<string>()

  constructor(where: string) {
    this.where = where
  }

  async add(member: TarMember): Promise<void> {
    const path = this.judge(member)
    const file = member.type === 'file' ? await hashBody(member.body) : undefined
    this.record(member, path, file)
  }

  /** @throws PackageError ENTRY_PATH, ENTRY_MODE, ENTRY_DUPLICATE, ENTRY_PARENT, ENTRY_LINK */
  judge(member: TarMember): string {
    const path = member.type === 'directory' ? member.path.replace(/\/$/, '') : member.path
    const fault = pathFault(path)
    if (fault !== undefined) throw this.error('ENTRY_PATH', member.path, fault, 'a plain path')
    if ((member.mode & ~0o777) !== 0) {
      throw this.error('ENTRY_MODE', path, `has mode 0${member.mode.toString(8)}`, 'no set-id and no sticky bit')
    }
    const isImplied = member.type === 'directory' && this.#implied.has(path)
    if (this.#known.has(path) && !isImplied)
      throw this.error('ENTRY_DUPLICATE', path, 'is there twice', 'each path once')
    this.#judgeParents(path)
    if (member.type === 'symlink') this.#judgeSymlink(path, member.linkTarget ?? '')
    if (member.type === 'hardlink') this.linked(path, member.linkTarget ?? '')
    return path
  }

  record(member: TarMember, path: string, file: { size: number; sha256: string } | undefined): void {
    const entry = this.#entryOf(member, path, file)
    this.entries.push(entry)
    this.#known.set(path, entry)
    this.#implied.delete(path)
    for (let parent = parentOf(path); parent !== '' && !this.#known.has(parent); parent = parentOf(parent)) {
      this.#known.set(parent, { type: 'd', mode: 0o755, size: 0, sha256: '-', path: parent })
      this.#implied.add(parent)
    }
  }

  /** The earlier file that a hard link names. */
  linked(path: string, target: string): ListingEntry {
    const entry = this.#known.get(target)
    if (entry?.type === 'f') return entry
    throw this.error(
      'ENTRY_LINK',
      path,
      `is a hard link to ${JSON.stringify(target)}`,
      'an earlier file of the same archive',
    )
  }

  error(
    code: 'ENTRY_PATH' | 'ENTRY_MODE' | 'ENTRY_DUPLICATE' | 'ENTRY_PARENT' | 'ENTRY_LINK',
    path: string,
    got: string,
    want: string,
  ): PackageError {
    const message = `${this.where}: entry ${JSON.stringify(path)} ${got}, expected ${want} (spec §6.1)`
    return new PackageError(code, message, { path, got, want })
  }

  #judgeParents(path: string): void {
    for (let parent = parentOf(path); parent !== ''; parent = parentOf(parent)) {
      const entry = this.#known.get(parent)
      if (entry === undefined || entry.type === 'd') continue
      throw this.error('ENTRY_PARENT', path, `lies below ${JSON.stringify(parent)}`, 'a directory there')
    }
  }

  /**
   * A link may climb only at its beginning, and never above the slot's root. Its parents are real directories, so the climb is
   * exact; behind it the path only descends, through links for which the same holds: it ends inside.
   */
  #judgeSymlink(path: string, target: string): void {
    const components = target.split('/')
    const climb = components.findIndex(component => component !== '..')
    const rest = climb < 0 ? [] : components.slice(climb)
    const levels = climb < 0 ? components.length : climb
    const isPlain = rest.every(component => component !== '..' && component !== '' && component !== '.')
    const depth = path.split('/').length - 1
    const isLoneDot = target === '.'
    if ((isPlain || isLoneDot) && levels <= depth && !/[\0\\]/.test(target) && target !== '') return
    throw this.error('ENTRY_LINK', path, `is a link to ${JSON.stringify(target)}`, 'a path inside of the slot')
  }

  #entryOf(member: TarMember, path: string, file: { size: number; sha256: string } | undefined): ListingEntry {
    if (member.type === 'directory')
      return { type: 'd', mode: listingMode('d', member.mode), size: 0, sha256: '-', path }
    if (member.type === 'hardlink') return { ...this.linked(path, member.linkTarget ?? ''), path }
    if (member.type === 'symlink') {
      const target = Buffer.from(member.linkTarget ?? '')
      return { type: 'l', mode: listingMode('l', 0o777), size: target.length, sha256: sha256Hex(target), path }
    }
    return { type: 'f', mode: listingMode('f', member.mode), size: file?.size ?? 0, sha256: file?.sha256 ?? '', path }
  }
}

/** Reads a file's bytes to their end; `use` sees each chunk. */
export async function hashBody(body: AsyncIterable<Uint8Array>, use?: (bytes: Uint8Array) => void) {
  const hash = new Sha256()
  let size = 0
  for await (const bytes of body) {
    hash.update(bytes)
    use?.(bytes)
    size += bytes.length
  }
  return { size, sha256: hash.digestHex() }
}

/** The directory that a path lies in; '' for the root. */
export function parentOf(path: string): string {
  const parent = dirname(path)
  return parent === '.' ? '' : parent
}
