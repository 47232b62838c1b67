import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { ensureDirectory } from '../../../files/ensure-directory.ts'
import { A_DAY, markUse, removeLeastRecent } from '../../../files/least-recent.ts'
import { publishDirectory } from '../../../files/publish-directory.ts'
import { InterpreterError } from './interpreter-error.ts'
import { type InterpreterFacts, InterpreterFactsSchema } from './interpreter-tree.ts'

const FACTS = 'interpreter.json'
const TREE = 'tree'
/** About 45 MB each. */
const BOUND = { keep: 8, unusedFor: A_DAY }

export interface CachedTree {
  readonly root: string
  readonly facts: InterpreterFacts
}

/**
 * Prepared interpreters, one directory per key: `tree/` and what is known of it. An entry appears whole, by a rename. It is safe to
 * delete at any time; one that lost files is made again.
 */
export class InterpreterCache {
  readonly #directory: string

  constructor(cacheDirectory: string) {
    this.#directory = join(cacheDirectory, 'interpreters')
  }

  find(key: string): CachedTree | undefined {
    const place = join(this.#directory, key)
    const root = join(place, TREE)
    const facts = readFacts(join(place, FACTS))
    if (facts === undefined) return undefined
    const { files, bytes } = measureTree(root)
    if (files !== facts.files || bytes !== facts.bytes) return undefined
    markUse(place)
    return { root, facts }
  }

  /**
   * Lets `make` fill an empty directory, and keeps it. Where another process was faster, its tree is used: both are the same.
   * @throws InterpreterError INTERPRETER_CACHE, and what `make` throws
   */
  async add(
    key: string,
    make: (root: string) => Promise<Omit<InterpreterFacts, 'files' | 'bytes'>>,
  ): Promise<CachedTree> {
    const staging = this.#stage()
    try {
      const staged = join(staging, 'entry')
      const root = join(staged, TREE)
      ensureDirectory(root)
      const facts = { ...(await make(root)), ...measureTree(root) }
      writeFileSync(join(staged, FACTS), `${JSON.stringify(facts, null, 2)}\n`)
      const serves = () => this.find(key) !== undefined
      publishDirectory({ staged, place: join(this.#directory, key), aside: join(staging, 'damaged'), serves })
      removeLeastRecent(this.#directory, BOUND)
      return { root: join(this.#directory, key, TREE), facts }
    } catch (cause) {
      throw (cause as NodeJS.ErrnoException).syscall === undefined ? cause : this.#failure(cause)
    } finally {
      rmSync(staging, { recursive: true, force: true })
    }
  }

  #stage(): string {
    try {
      ensureDirectory(this.#directory, 0o700)
      return mkdtempSync(join(this.#directory, '.staging-'))
    } catch (cause) {
      throw this.#failure(cause)
    }
  }

  #failure(cause: unknown): InterpreterError {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `${this.#directory}: the interpreter cannot be kept there: ${reason}`
    const hint = 'free some space there, or name another place in FLAVOR_CACHE'
    return new InterpreterError('INTERPRETER_CACHE', message, { file: this.#directory }, { cause, hint })
  }
}

function readFacts(path: string): InterpreterFacts | undefined {
  try {
    const facts = v.safeParse(InterpreterFactsSchema, JSON.parse(readFileSync(path, 'utf8')))
    return facts.success ? facts.output : undefined
  } catch {
    return undefined
  }
}

/** Files and links count, links with the length of their target; a tree that is not there has none. */
function measureTree(root: string): { files: number; bytes: number } {
  let files = 0
  let bytes = 0
  try {
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) continue
      files += 1
      bytes += lstatSync(join(entry.parentPath, entry.name)).size
    }
  } catch {
    return { files: 0, bytes: 0 }
  }
  return { files, bytes }
}
