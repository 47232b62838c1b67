import { chmodSync, closeSync, constants, fchmodSync, linkSync, openSync, symlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { TarMember } from '../codecs/tar-reader.ts'
import { type ListingEntry, listingMode } from '../format/tree-listing.ts'
import { DirectoryMaker } from './directory-maker.ts'
import { PackageError, reasonOf } from './package-error.ts'
import { hashBody, parentOf, TreeChecker, type TreeSink } from './tree-checker.ts'
import { hasWindowsNames } from './windows-name.ts'

/** Never through a link, never onto something that is there. */
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)

export interface TreeBuilderOptions {
  /** For messages, such as `slot 2 (app)`. */
  readonly where: string
  /** Spec §6.2: files without write bits, as in a work environment. */
  readonly readOnly: boolean
}

/** Writes entries below `root`, a directory that nobody else changes meanwhile. */
export class TreeBuilder implements TreeSink {
  readonly #root: string
  readonly #checker: TreeChecker
  readonly #readOnly: boolean
  readonly #directories: DirectoryMaker

  constructor(root: string, options: TreeBuilderOptions) {
    this.#root = root
    this.#readOnly = options.readOnly
    this.#directories = new DirectoryMaker(root)
    this.#checker = new TreeChecker(options.where)
  }

  get entries(): readonly ListingEntry[] {
    return this.#checker.entries
  }

  async add(member: TarMember): Promise<void> {
    const path = this.#checker.judge(member)
    const file = await this.#place(member, path)
    this.#checker.record(member, path, file)
  }

  async #place(member: TarMember, path: string): Promise<{ size: number; sha256: string } | undefined> {
    const place = join(this.#root, path)
    if (process.platform === 'win32' && !hasWindowsNames(path)) {
      const message = `${place}: cannot be written: no name that Windows can hold (spec §6.1)`
      throw new PackageError('OUTPUT_WRITE', message, { file: place })
    }
    try {
      this.#directories.make(parentOf(path))
      if (member.type === 'directory') {
        this.#directories.make(path)
        chmodSync(place, this.#readOnly ? listingMode('d', member.mode) : member.mode | 0o700)
      } else if (member.type === 'symlink') symlinkSync(member.linkTarget ?? '', place)
      else if (member.type === 'hardlink') linkSync(join(this.#root, member.linkTarget ?? ''), place)
      else return await this.#writeFile(member, place)
    } catch (cause) {
      throw this.#failure(cause, place, path)
    }
    return undefined
  }

  async #writeFile(member: TarMember, place: string): Promise<{ size: number; sha256: string }> {
    const fd = openSync(place, CREATE, 0o600)
    try {
      const written = await hashBody(member.body, bytes => writeFully(fd, bytes))
      fchmodSync(fd, this.#readOnly ? listingMode('f', member.mode) : member.mode)
      return written
    } finally {
      closeSync(fd)
    }
  }

  #failure(cause: unknown, place: string, path: string): unknown {
    if (cause instanceof PackageError) return cause
    const code = (cause as NodeJS.ErrnoException | null)?.code
    if (code === 'EEXIST')
      return this.#checker.error('ENTRY_DUPLICATE', path, 'is taken by another slot', 'a free place')
    if (code === undefined || (cause as NodeJS.ErrnoException).syscall === undefined) return cause
    return new PackageError(
      'OUTPUT_WRITE',
      `${place}: cannot be written: ${reasonOf(cause)}`,
      { file: place },
      { cause },
    )
  }
}

/** Writes all of `bytes`; a short write on a full disk must not pass for a whole one. */
export function writeFully(fd: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written)
}
