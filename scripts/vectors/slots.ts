import { basename } from 'node:path/posix'
import { type Entry, tar, type Unpacked, unpacked } from './archive.ts'
import { gzip, sha256Hex, zstd } from './streams.ts'

/** One slot before it is placed: its stored bytes and everything that metadata and descriptor say about it. */
export interface SlotPart {
  readonly stored: Uint8Array
  readonly decodedSize: number
  readonly decodedSha256: string
  readonly unpacked: Unpacked
  /** The slot's object in the metadata, without `slot`. */
  readonly json: Record<string, unknown>
  /** What the descriptor says of the chain, the enumerations and the permissions. */
  readonly packed: bigint
  readonly purpose: number
  readonly lifecycle: number
  readonly permissions: number
}

const PACKED = { raw: 0n, gzip: 0x10n, zstd: 0x1bn, tar: 0x01n, tgz: 0x1001n, 'tar.zst': 0x1b01n } as const
export type Operations = keyof typeof PACKED

/** Changes of what `fileSlot` and `treeSlot` make; `json` is laid over the slot's object, `undefined` takes a key away. */
export interface SlotChanges {
  readonly stored?: Uint8Array
  readonly packed?: bigint
  readonly purpose?: number
  readonly lifecycle?: number
  readonly permissions?: number
  readonly json?: Readonly<Record<string, unknown>>
}

/** A slot that is one file. */
export function fileSlot(id: string, target: string, text: string, operations: Operations, changes: SlotChanges = {}) {
  const body = Buffer.from(text)
  const permissions = changes.permissions ?? 0o755
  const entry = { path: basename(target), body, mode: permissions }
  return part({ id, target, permissions: `0${permissions.toString(8)}` }, body, operations, unpacked([entry]), {
    permissions,
    ...changes,
  })
}

/** A slot that is a tree; `archive` stands in for the archive of the entries. */
export function treeSlot(
  id: string,
  target: string,
  entries: readonly Entry[],
  operations: Operations,
  changes: SlotChanges & { readonly archive?: Uint8Array } = {},
) {
  return part({ id, target }, changes.archive ?? tar(entries), operations, unpacked(entries), changes)
}

/** The package itself: nothing is stored. */
export function selfSlot(id: string): SlotPart {
  const empty = part({ id, target: '$SELF', self_ref: true }, new Uint8Array(), 'raw', unpacked([]), {
    json: { checksum: '', source: '$SELF', tree: undefined, files: undefined, bytes: undefined },
  })
  return { ...empty, stored: new Uint8Array() }
}

function part(
  head: Record<string, unknown>,
  decoded: Uint8Array,
  operations: Operations,
  tree: Unpacked,
  changes: SlotChanges,
): SlotPart {
  const stored = changes.stored ?? encode(decoded, operations)
  const json: Record<string, unknown> = {
    ...head,
    source: head.id,
    size: stored.length,
    original_size: decoded.length,
    checksum: `sha256:${sha256Hex(stored)}`,
    operations,
    purpose: 'code',
    lifecycle: 'runtime',
    tree: `sha256:${tree.tree}`,
    files: tree.files,
    bytes: tree.bytes,
    ...changes.json,
  }
  return {
    stored,
    decodedSize: decoded.length,
    decodedSha256: sha256Hex(decoded),
    unpacked: tree,
    json,
    packed: changes.packed ?? PACKED[operations],
    purpose: changes.purpose ?? 1,
    lifecycle: changes.lifecycle ?? 2,
    permissions: changes.permissions ?? 0,
  }
}

function encode(bytes: Uint8Array, operations: Operations): Uint8Array {
  if (operations === 'gzip' || operations === 'tgz') return gzip(bytes)
  if (operations === 'zstd' || operations === 'tar.zst') return zstd(bytes)
  return bytes
}
