import { dirname } from 'node:path/posix'
import { sha256Hex } from '../crypto/sha256.ts'
import type { ListingEntry } from '../format/tree-listing.ts'

/** What put an entry there, and so what can put it right again. */
export type Origin = number | 'link' | 'derived' | 'directory' | 'setup'

export interface ExpectedEntry extends Omit<ListingEntry, 'mode'> {
  /** Undefined for a directory that is there only because something lies below it. */
  readonly mode: number | undefined
  /** Index of the slot, or what else. */
  readonly origin: Origin
}

/** By path relative to `root`, parents before what lies in them. */
export type ExpectedTree = ReadonlyMap<string, ExpectedEntry>

export interface ListedSlot {
  readonly index: number
  readonly target: string
  readonly isTree: boolean
  readonly entries: readonly ListingEntry[]
}

export interface RenderedFile {
  readonly path: string
  /** As in the metadata. */
  readonly mode: number
  readonly content: Uint8Array
}

export interface TreeParts {
  /** Sorted by index: where two name a directory, the later one gives its mode. */
  readonly slots: readonly ListedSlot[]
  /** Shared slots: target and tree hash. */
  readonly links: readonly { readonly target: string; readonly tree: string }[]
  readonly derived: readonly RenderedFile[]
  readonly directories: readonly { readonly path: string; readonly mode: number }[]
}

/** workenv §7.2: everything that belongs below `root`. */
export function expectedTree(parts: TreeParts): ExpectedTree {
  const entries = new Map<string, ExpectedEntry>()
  const put = (entry: ExpectedEntry) => entries.set(entry.path, entry)
  for (const { index, target, isTree, entries: listed } of parts.slots) {
    const prefix = isTree ? target : parentOf(target)
    if (isTree && target !== '') put(impliedDirectory(target, index))
    for (const entry of listed) put({ ...entry, path: below(prefix, entry.path), origin: index })
  }
  for (const { target, tree } of parts.links) put(linkEntry(target, linkTarget(target, tree)))
  for (const { path, mode, content } of parts.derived) {
    put({ type: 'f', mode: mode & 0o555, size: content.length, sha256: sha256Hex(content), path, origin: 'derived' })
  }
  for (const { path, mode } of parts.directories) {
    put({ type: 'd', mode: mode | 0o700, size: 0, sha256: '-', path, origin: 'directory' })
  }
  return withParents(entries)
}

/** workenv §6.4: after setup, its listing is all that there is to expect. */
export function expectedAfterSetup(entries: readonly ListingEntry[], parts: TreeParts): ExpectedTree {
  const before = expectedTree(parts)
  return withParents(
    new Map(entries.map(entry => [entry.path, { ...entry, origin: originAfterSetup(entry, before.get(entry.path)) }])),
  )
}

/** workenv §7.2: what a shared slot holds, below its own root. */
export function expectedSlot(index: number, entries: readonly ListingEntry[]): ExpectedTree {
  return withParents(new Map(entries.map(entry => [entry.path, { ...entry, origin: index }])))
}

/** workenv §4.2: from the target up to the base, and down into the slot. */
export function linkTarget(target: string, tree: string): string {
  return `${'../'.repeat(target.split('/').length + 2)}slots/${tree}/tree`
}

/** What setup left as it was can be healed from where it came; the rest only by another setup. */
function originAfterSetup(entry: ListingEntry, before: ExpectedEntry | undefined): Origin {
  const isSame = before?.type === entry.type && before.sha256 === entry.sha256 && before.mode === entry.mode
  return isSame && before !== undefined ? before.origin : 'setup'
}

function linkEntry(path: string, target: string): ExpectedEntry {
  const bytes = Buffer.from(target)
  return { type: 'l', mode: 0o777, size: bytes.length, sha256: sha256Hex(bytes), path, origin: 'link' }
}

function impliedDirectory(path: string, origin: Origin): ExpectedEntry {
  return { type: 'd', mode: undefined, size: 0, sha256: '-', path, origin }
}

/** A symlink in the place of a directory that no listing names must be seen too. */
function withParents(entries: Map<string, ExpectedEntry>): ExpectedTree {
  for (const { path, origin } of [...entries.values()]) {
    for (let parent = parentOf(path); parent !== '' && !entries.has(parent); parent = parentOf(parent)) {
      entries.set(parent, impliedDirectory(parent, origin))
    }
  }
  const rows = [...entries.values()].map(entry => ({ entry, key: Buffer.from(entry.path) }))
  return new Map(rows.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ entry }) => [entry.path, entry]))
}

/** The parent of a plain path; '' for one without. */
export function parentOf(path: string): string {
  const parent = dirname(path)
  return parent === '.' ? '' : parent
}

/** `name` in `directory`, where '' is the root. */
export function below(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`
}
