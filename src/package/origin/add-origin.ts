import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDirectory } from '../../files/ensure-directory.ts'
import { OP_GZIP, OP_ZSTD } from '../../format/operations.ts'
import type { ListingEntry } from '../../format/tree-listing.ts'
import type { PackagePlan, PlannedSlot } from '../package-plan.ts'
import { type EncodedPlannedSlot, encodeSlots, type SlotEncodingOptions } from '../slot-encoding.ts'
import type { OriginKey } from './origin-slot.ts'

/** Entries of a slot that are kept until all slots are done, some 5 MB; of one with more only the tree hash is told. */
export const MAX_LISTED = 16_384

/** Ids of the slots that say where a package came from. */
export type OriginIds = { readonly [Key in OriginKey]?: string }

/** One thing that a package says about itself. It is made when everything before it is known. */
export interface OriginPart {
  readonly key: OriginKey
  make(parts: PackageParts): Promise<Uint8Array>
}

/** What a package will consist of, as far as it is done. */
export interface PackageParts {
  readonly package: PackagePlan['package']
  readonly launcher: {
    readonly tool: string
    readonly toolVersion: string
    readonly size: number
    readonly checksum: string
  }
  readonly slots: readonly PackagePart[]
}

export interface PackagePart {
  readonly id: string
  readonly source: string
  /** Hex SHA-256 of the stored bytes, and of the listing of what they unpack to (spec §6.3); of an encrypted slot the former twice (§4.7). */
  readonly checksum: string
  readonly tree: string
  readonly files: number
  /** Absent where it has more than `MAX_LISTED` entries, and for what came encoded. */
  readonly listing?: readonly ListingEntry[]
}

export interface AddOriginOptions extends SlotEncodingOptions {
  readonly origin?: readonly OriginPart[]
  readonly profile: 'default' | 'portable'
  readonly launcher: { readonly tool: string; readonly toolVersion: string }
  readonly measured: { readonly size: number; readonly checksum: string }
}

/**
 * Spec §5.8: puts the slots about the package behind its own, so that numbers of slots stay what the manifest says.
 * @throws what the parts and `encodeSlots` throw
 */
export async function addOrigin(
  plan: PackagePlan,
  own: readonly EncodedPlannedSlot[],
  options: AddOriginOptions,
): Promise<{ plan: PackagePlan; encoded: readonly EncodedPlannedSlot[]; origin: OriginIds }> {
  const slots = [...plan.slots]
  const encoded = [...own]
  const origin: Partial<Record<OriginKey, string>> = {}
  for (const { key, make } of options.origin ?? []) {
    const bytes = await make(partsOf({ ...plan, slots }, encoded, options))
    const id = freeId(key, slots)
    const slot = writeSlot(key, id, bytes, options)
    const [result] = await encodeSlots([slot], encodingOptions(key, options))
    if (result === undefined) continue
    slots.push(slot)
    encoded.push(result)
    origin[key] = id
  }
  return { plan: { ...plan, slots }, encoded, origin }
}

function partsOf(plan: PackagePlan, encoded: readonly EncodedPlannedSlot[], options: AddOriginOptions): PackageParts {
  const { tool, toolVersion } = options.launcher
  return {
    package: plan.package,
    launcher: { tool, toolVersion, ...options.measured },
    slots: encoded.flatMap(({ id, encoded: slot, listing }, position) => {
      if (slot === undefined) return []
      const { checksum, files } = slot
      const { source = '', keySource } = plan.slots[position] ?? {}
      // A hash of the content would let everybody guess what was encrypted.
      const tree = keySource === undefined ? slot.tree : checksum
      return [{ id, source, checksum, tree, files, ...(listing === undefined ? {} : { listing }) }]
    }),
  }
}

/** A manifest may have taken the name for a slot of its own; the metadata says which is which. */
function freeId(key: OriginKey, slots: readonly PlannedSlot[]): string {
  const taken = new Set(slots.map(({ id }) => id))
  let id: string = key
  for (let number = 2; taken.has(id); number += 1) id = `${key}-${number}`
  return id
}

function writeSlot(key: OriginKey, id: string, bytes: Uint8Array, options: AddOriginOptions): PlannedSlot {
  const path = join(options.scratch, `${key}.json`)
  ensureDirectory(options.scratch)
  writeFileSync(path, bytes)
  return {
    id,
    source: 'flavor pack',
    // Nothing of ours unpacks it; the reference's launchers, which unpack everything, put it here.
    target: `{workenv}/.flavor/${id}.json`,
    purpose: 'data',
    lifecycle: 'lazy',
    operations: [options.profile === 'portable' ? OP_GZIP : OP_ZSTD],
    permissions: 0o644,
    content: { kind: 'file', path },
  }
}

/** It changes with every package, so that no cache keeps it; and it is small, so that it may be compressed well. */
function encodingOptions(key: OriginKey, options: AddOriginOptions): SlotEncodingOptions {
  const effort = options.effort === 'fast' ? 'fast' : 'release'
  return { effort, timestamp: options.timestamp, scratch: join(options.scratch, key), slotKeys: options.slotKeys }
}
