import { closeSync, openSync } from 'node:fs'
import { Sha256 } from '../crypto/sha256.ts'
import { chunkMemory, openForReading, readRange } from './file-reading.ts'
import { PackageError, reasonOf } from './package-error.ts'
import { writeFully } from './tree-builder.ts'
import type { OnProgress } from './verify.ts'

/** Appends to a new file and knows where it is. */
export class PositionedOutput {
  position = 0
  readonly #fd: number
  readonly #path: string
  readonly #onProgress: OnProgress | undefined
  readonly #total: number

  /** @throws PackageError OUTPUT_WRITE where `path` exists or cannot be made */
  constructor(path: string, onProgress: OnProgress | undefined, total: number) {
    this.#fd = create(path)
    this.#path = path
    this.#onProgress = onProgress
    this.#total = total
  }

  close(): void {
    closeSync(this.#fd)
  }

  write(bytes: Uint8Array): void {
    try {
      writeFully(this.#fd, bytes)
    } catch (cause) {
      const hint = 'free some space, or write the package elsewhere with --output'
      throw new PackageError(
        'OUTPUT_WRITE',
        `${this.#path}: cannot be written: ${reasonOf(cause)}`,
        { file: this.#path },
        { cause, hint },
      )
    }
    this.position += bytes.length
    this.#onProgress?.({ step: 'write', done: Math.min(this.position, this.#total), total: this.#total })
  }

  pad(offset: number): void {
    this.write(new Uint8Array(offset - this.position))
  }

  /** Copies a whole file; with `checksum` it must hash to that. */
  copy(source: string, size: number, checksum?: string): void {
    const fd = openForReading(source)
    const hash = new Sha256()
    try {
      for (const bytes of readRange(fd, source, 0, size, chunkMemory())) {
        if (checksum !== undefined) hash.update(bytes)
        this.write(bytes)
      }
    } finally {
      closeSync(fd)
    }
    if (checksum !== undefined && hash.digestHex() !== checksum) {
      const hint = 'clear the pack cache (`flavor clean --pack-cache`) and pack again'
      throw new PackageError('PLAN_INVALID', `${source}: is not what was encoded there`, { file: source }, { hint })
    }
  }
}

function create(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (cause) {
    const hint = 'check that the directory exists and that you may write there'
    throw new PackageError(
      'OUTPUT_WRITE',
      `${path}: cannot be made: ${reasonOf(cause)}`,
      { file: path },
      { cause, hint },
    )
  }
}
