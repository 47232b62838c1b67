import { statSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { EncodeOptions } from '../codecs/codec.ts'
import { isArchive, OP_AES256_GCM, OP_GZIP, type OperationChain } from '../format/operations.ts'
import type { ListingEntry } from '../format/tree-listing.ts'
import {
  describeEncoded,
  describeEncodedFile,
  type EncodedSlot,
  type EncodeSlotOptions,
  encodeSlot,
} from './encoded-slot.ts'
import { encryptSlot } from './encrypted-slot.ts'
import { PackageError } from './package-error.ts'
import type { PlannedSlot } from './package-plan.ts'
import { describeFile, describeTree, type PlannedContent } from './planned-content.ts'
import { MAX_CACHED_SLOT, SlotCache } from './slot-cache.ts'
import { readSlotKey, type SlotKeys } from './slot-key.ts'
import type { OnProgress } from './verify.ts'

export interface SlotEncodingOptions {
  readonly effort: EncodeOptions['effort']
  readonly timestamp: number
  /** A directory of the caller's for slots that no cache keeps. */
  readonly scratch: string
  readonly cacheDirectory?: string
  /** Listings of up to so many entries are kept for the caller; default: none. */
  readonly keepListings?: number
  readonly slotKeys: SlotKeys
  readonly onProgress?: OnProgress
}

export interface EncodedPlannedSlot {
  readonly id: string
  readonly operations: OperationChain
  /** Absent for `$SELF`. */
  readonly encoded: EncodedSlot | undefined
  readonly cached: boolean
  /** What it unpacks to, where that was asked for and is known. */
  readonly listing?: readonly ListingEntry[]
}

/** Encodes the slots of a plan one after the other; what a cache has is not encoded again. */
export async function encodeSlots(
  slots: readonly PlannedSlot[],
  options: SlotEncodingOptions,
): Promise<EncodedPlannedSlot[]> {
  const cache = options.cacheDirectory === undefined ? undefined : new SlotCache(options.cacheDirectory)
  const results: EncodedPlannedSlot[] = []
  for (const [position, slot] of slots.entries()) {
    const result =
      slot.keySource === undefined
        ? await encodePlanned(slot, position, cache, options)
        : await encodeSecret(slot, slot.keySource, position, options)
    results.push({ id: slot.id, operations: slot.operations, ...result })
  }
  if (cache !== undefined && results.some(slot => !slot.cached)) cache.prune()
  return results
}

/**
 * Spec §4.7. No cache keeps it: what is secret enough to be encrypted should not lie about there. The key is asked for first, because
 * compressing may take minutes.
 */
async function encodeSecret(slot: PlannedSlot, keySource: string, position: number, options: SlotEncodingOptions) {
  const { environment, sources } = options.slotKeys
  const where = `slot ${position} (${slot.id})`
  const secret = readSlotKey(sources?.get(slot.id) ?? keySource, where, environment)
  if (slot.operations.at(-1) !== OP_AES256_GCM)
    throw new PackageError('PLAN_INVALID', `${where}: has a key and no encryption`, { slot: `${position}` })
  const plain = { ...slot, operations: slot.operations.slice(0, -1) }
  const { encoded } = await encodePlanned(plain, position, undefined, options)
  if (encoded === undefined) return { encoded, cached: false }
  return { encoded: await encryptSlot(encoded, join(options.scratch, `${position}.encrypted`), secret), cached: false }
}

async function encodePlanned(
  slot: PlannedSlot,
  position: number,
  cache: SlotCache | undefined,
  options: SlotEncodingOptions,
): Promise<Omit<EncodedPlannedSlot, 'id' | 'operations'>> {
  const where = `slot ${position} (${slot.id})`
  const { content } = slot
  if (content.kind === 'self') return { encoded: undefined, cached: false }
  const isTree = isArchive(slot.operations)
  if (isTree !== (content.kind === 'tree') && content.kind !== 'encoded') {
    const message = `${where}: is ${content.kind === 'tree' ? 'a tree' : 'a single file'}, which its operations do not fit`
    throw new PackageError('PLAN_INVALID', message, { slot: `${position}`, field: 'operations' })
  }
  const base = { where, chain: slot.operations, effort: effortOf(slot, options.effort), mtime: options.timestamp }
  if (content.kind === 'encoded') {
    const onBytes = progress(options, `read ${slot.id}`, statSync(content.path, { throwIfNoEntry: false })?.size ?? 0)
    return { encoded: await describe(slot, content.path, isTree, { ...base, onBytes }), cached: false }
  }
  const planned =
    content.kind === 'tree'
      ? await describeTree(where, content.entries)
      : describeFile(where, slot, content.path, slot.permissions ?? 0o600)
  const result = await encodeContent(planned, slot, position, cache, base, options)
  return planned.listing.length > (options.keepListings ?? 0) ? result : { ...result, listing: planned.listing }
}

async function encodeContent(
  planned: PlannedContent,
  slot: PlannedSlot,
  position: number,
  cache: SlotCache | undefined,
  base: Omit<EncodeSlotOptions, 'onBytes'>,
  options: SlotEncodingOptions,
): Promise<{ encoded: EncodedSlot; cached: boolean }> {
  const total = planned.listing.reduce((sum, entry) => sum + entry.size, 0)
  const encode = (path: string) =>
    encodeSlot(planned, path, { ...base, onBytes: progress(options, `compress ${slot.id}`, total) })
  if (cache === undefined || total > MAX_CACHED_SLOT) {
    return { encoded: await encode(join(options.scratch, `${position}`)), cached: false }
  }
  const key = cache.key(planned, base.chain, base.effort, base.mtime)
  const found = cache.find(key)
  return found ? { encoded: found, cached: true } : { encoded: await cache.add(key, encode), cached: false }
}

function describe(slot: PlannedSlot, path: string, isTree: boolean, options: EncodeSlotOptions): Promise<EncodedSlot> {
  if (isTree) return describeEncoded(path, options)
  return describeEncodedFile(path, basename(slot.target), slot.permissions ?? 0o600, options)
}

function progress(options: SlotEncodingOptions, step: string, total: number): (count: number) => void {
  let done = 0
  return count => {
    done = Math.min(total, done + count)
    options.onProgress?.({ step, done, total })
  }
}

/** Reference §8.2: the Go launcher cannot read fewer than 16 stored bytes; a gzip stream is never that short. */
export function withLongEnoughBytes(slot: PlannedSlot): PlannedSlot {
  if (slot.operations.length > 0 || slot.content.kind !== 'file') return slot
  const size = statSync(slot.content.path, { throwIfNoEntry: false })?.size ?? 16
  return size >= 16 ? slot : { ...slot, operations: [OP_GZIP] }
}

/** A shared slot (an interpreter) is compressed once per machine and shipped in every package, so it is worth the longest time. */
function effortOf(slot: PlannedSlot, effort: EncodeOptions['effort']): EncodeOptions['effort'] {
  return slot.share && effort === 'default' ? 'release' : effort
}
