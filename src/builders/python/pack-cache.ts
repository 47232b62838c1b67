import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { ensureDirectory } from '../../files/ensure-directory.ts'
import { markUse, removeLeastRecent } from '../../files/least-recent.ts'
import { publishDirectory } from '../../files/publish-directory.ts'
import type { TreeEntry } from '../../package/tree-entry.ts'
import { BuilderError } from '../builder-error.ts'
import { directoryTree } from '../directory-tree.ts'

const RECORD = 'record.json'
const TREE = 'tree'
/** Trees that are kept; the least recently used go first. */
const MAX_ENTRIES = 16

interface Measure {
  readonly entries: number
  readonly bytes: number
}

export interface CachedTree<Record> {
  readonly record: Record
  /** Absolute. It belongs to the cache: read it, never change it. */
  readonly root: string
  /** Relative to the work environment. */
  readonly entries: readonly TreeEntry[]
}

/**
 * Installed trees of one kind by all that they were made from. An entry appears whole, by a rename; it is safe to delete at any time, and
 * one that lost files is made again.
 */
export class PackCache<Record extends Measure> {
  readonly #directory: string
  readonly #schema: v.GenericSchema<unknown, Record>

  constructor(directory: string, schema: v.GenericSchema<unknown, Record>) {
    this.#directory = directory
    this.#schema = schema
  }

  find(key: string): CachedTree<Record> | undefined {
    const place = join(this.#directory, key)
    try {
      const record = v.parse(this.#schema, JSON.parse(readFileSync(join(place, RECORD), 'utf8')))
      const root = join(place, TREE)
      const entries = directoryTree(root)
      if (entries.length !== record.entries || bytesOf(entries) !== record.bytes) return undefined
      markUse(place)
      return { record, root, entries }
    } catch {
      return undefined
    }
  }

  /**
   * Lets `make` fill `tree` in a directory of its own, and keeps it.
   * @throws BuilderError PACK_CACHE, and what `make` throws
   */
  async add(
    key: string,
    make: (staging: string, tree: string) => Promise<Omit<Record, keyof Measure>>,
  ): Promise<CachedTree<Record>> {
    const staging = this.#attempt(() => {
      ensureDirectory(this.#directory, 0o700)
      return mkdtempSync(join(this.#directory, '.staging-'))
    })
    try {
      const place = join(staging, 'entry')
      ensureDirectory(join(place, TREE))
      const made = await make(staging, join(place, TREE))
      return this.#attempt(() => {
        const entries = directoryTree(join(place, TREE))
        const record = { ...made, entries: entries.length, bytes: bytesOf(entries) }
        writeFileSync(join(place, RECORD), `${JSON.stringify(record, null, 2)}\n`)
        return this.#publish(staging, place, key)
      })
    } finally {
      rmSync(staging, { recursive: true, force: true })
    }
  }

  #publish(staging: string, place: string, key: string): CachedTree<Record> {
    const serves = () => this.find(key) !== undefined
    publishDirectory({ staged: place, place: join(this.#directory, key), aside: join(staging, 'damaged'), serves })
    removeLeastRecent(this.#directory, { keep: MAX_ENTRIES, unusedFor: 0 })
    const made = this.find(key)
    if (made === undefined) throw new Error('what was just written is not there')
    return made
  }

  #attempt<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      const message = `${this.#directory}: what was built cannot be kept there: ${reason}`
      const hint = 'free some space there, or name another place in FLAVOR_CACHE'
      throw new BuilderError('PACK_CACHE', message, { file: this.#directory }, { cause, hint })
    }
  }
}

function bytesOf(entries: readonly TreeEntry[]): number {
  return entries.reduce((sum, entry) => sum + (entry.type === 'file' ? entry.size : 0), 0)
}
