import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { versions } from 'node:process'
import * as v from 'valibot'
import type { EncodeOptions } from '../codecs/codec.ts'
import { GZIP_LEVELS } from '../codecs/gzip.ts'
import { ZSTD_PARAMETERS } from '../codecs/zstd-writer.ts'
import { sha256Hex } from '../crypto/sha256.ts'
import { ensureDirectory } from '../files/ensure-directory.ts'
import { formatOperations, type OperationChain } from '../format/operations.ts'
import { buildListing } from '../format/tree-listing.ts'
import type { EncodedSlot } from './encoded-slot.ts'
import { PackageError, reasonOf } from './package-error.ts'
import type { PlannedContent } from './planned-content.ts'

/** Changes whenever the same content would be encoded to other bytes by this program, with the same levels. */
const ENCODING = 4
/** What the cache may hold before the least recently used slots go: some dozens of interpreters. */
export const MAX_CACHE_BYTES = 4 * 1024 * 1024 * 1024
/** Larger slots are not kept: copying them twice costs more disk than encoding again costs time. */
export const MAX_CACHED_SLOT = 512 * 1024 * 1024

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const hex = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
const RecordSchema = v.object({
  size: count,
  checksum: hex,
  originalSize: count,
  tree: hex,
  files: count,
  bytes: count,
})

/**
 * Encoded slots by what they were encoded from, so that an unchanged interpreter is compressed once per machine. Safe to delete
 * at any time: an entry appears whole by a rename, and the writer compares the hash of what it copies.
 */
export class SlotCache {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  /** The name of an entry: all that its bytes depend on. */
  key(content: PlannedContent, chain: OperationChain, effort: EncodeOptions['effort'], mtime: number): string {
    const libraries = [versions.zlib, versions.zstd, versions.node]
    const inputs = [
      ENCODING,
      content.kind,
      formatOperations(chain),
      effort,
      ZSTD_PARAMETERS[effort],
      GZIP_LEVELS[effort],
      content.kind === 'tree' ? mtime : 0,
      ...libraries,
    ]
    return sha256Hex(Buffer.concat([Buffer.from(JSON.stringify(inputs)), buildListing(content.listing)]))
  }

  find(key: string): EncodedSlot | undefined {
    const path = join(this.#directory, key)
    try {
      const record = v.safeParse(RecordSchema, JSON.parse(readFileSync(join(path, 'slot.json'), 'utf8')))
      if (!record.success || statSync(join(path, 'data')).size !== record.output.size) return undefined
      const now = new Date()
      utimesSync(path, now, now)
      return { ...record.output, path: join(path, 'data') }
    } catch {
      return undefined
    }
  }

  /** Forgets an entry, such as one whose bytes have rotted. */
  drop(key: string): void {
    rmSync(join(this.#directory, key), { recursive: true, force: true })
  }

  /** Lets `encode` write a file and keeps it. Where another process was faster, its entry is used. */
  async add(key: string, encode: (path: string) => Promise<EncodedSlot>): Promise<EncodedSlot> {
    const staging = join(this.#directory, `.staging-${key}-${process.pid}`)
    try {
      rmSync(staging, { recursive: true, force: true })
      ensureDirectory(staging, 0o700)
      const slot = await encode(join(staging, 'data'))
      const { path: _, ...record } = slot
      writeFileSync(join(staging, 'slot.json'), JSON.stringify(record))
      return this.#publish(staging, key, slot)
    } catch (cause) {
      rmSync(staging, { recursive: true, force: true })
      if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause
      const message = `${this.#directory}: the pack cache cannot be written: ${reasonOf(cause)}`
      const hint = 'free some space there, or name another place in FLAVOR_CACHE'
      throw new PackageError('OUTPUT_WRITE', message, { file: this.#directory }, { cause, hint })
    }
  }

  /** Removes the least recently used entries above `maxBytes`. */
  prune(maxBytes = MAX_CACHE_BYTES): void {
    // Nothing was small enough to be kept yet.
    if (!existsSync(this.#directory)) return
    const entries = readdirSync(this.#directory, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(entry => ({
        name: entry.name,
        // Another pack may drop it while we look.
        used: statSync(join(this.#directory, entry.name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
        size: this.#size(entry.name),
      }))
      .sort((a, b) => b.used - a.used)
    let total = 0
    for (const entry of entries) {
      total += entry.size
      if (total > maxBytes) this.drop(entry.name)
    }
  }

  #size(key: string): number {
    return statSync(join(this.#directory, key, 'data'), { throwIfNoEntry: false })?.size ?? 0
  }

  #publish(staging: string, key: string, slot: EncodedSlot): EncodedSlot {
    const place = join(this.#directory, key)
    try {
      renameSync(staging, place)
    } catch (cause) {
      const found = this.find(key)
      if (found === undefined) throw cause
      rmSync(staging, { recursive: true, force: true })
      return found
    }
    return { ...slot, path: join(place, 'data') }
  }
}
