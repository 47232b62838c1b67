import { lstatSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { PackageError } from './package-error.ts'
import { parentOf } from './tree-checker.ts'

/** Makes directories below a root, and refuses to pass through anything that is no real directory (spec §6.1). */
export class DirectoryMaker {
  readonly #root: string
  readonly #made = new Set<string>([''])

  constructor(root: string) {
    this.#root = root
  }

  /**
   * Makes `path` and what is missing above it.
   * @throws PackageError ENTRY_PARENT; errors of the file system as they are
   */
  make(path: string): void {
    if (this.#made.has(path)) return
    this.make(parentOf(path))
    const place = join(this.#root, path)
    try {
      mkdirSync(place, 0o755)
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
      if (!lstatSync(place).isDirectory()) {
        const message = `${place}: is taken by something that is no directory, expected a directory (spec §6.1)`
        throw new PackageError('ENTRY_PARENT', message, { path, got: 'no directory', want: 'a directory' }, { cause })
      }
    }
    this.#made.add(path)
  }
}
