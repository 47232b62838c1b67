import { createHash } from 'node:crypto'
import { KEY, keyIdOf, type SeedKey } from './keys.ts'
import type { SlotPart } from './slots.ts'
import { adler32, gzip, sha256Hex } from './streams.ts'

/**
 * Puts packages together from raw parts, without a line of src/. Every hook sees bytes at a moment when what is taken over them
 * (checksum, hash, signature) is still to come, so that a vector breaks one rule and no other.
 */
export interface PackageHooks {
  readonly launcher?: Uint8Array | AbsentLauncher
  readonly key?: SeedKey
  /** The metadata as an object, complete. */
  readonly editJson?: (json: PackageJson) => void
  /** Its text, before it is signed. */
  readonly editText?: (text: string) => string | Uint8Array
  /** How it is stored; hashed afterwards. */
  readonly store?: (json: Buffer) => Uint8Array
  readonly editSignature?: (signature: Buffer, json: Buffer) => Uint8Array
  /** Bytes before the metadata, the table and each slot, and before the trailer; what alignment needs unless given here. */
  readonly gaps?: Gaps
  /** Where slots begin: at multiples of this, 8 by default. */
  readonly align?: number
  /** The slots as they follow each other in the file. */
  readonly order?: readonly number[]
  /** One descriptor of 64 bytes. */
  readonly editDescriptor?: (descriptor: Buffer, slot: number) => void
  /** The index without its checksum. */
  readonly editIndex?: (index: Buffer, places: Places) => void
  /** The whole file; nothing is taken over it any more. `stated` are the places as the file states them, behind an absent launcher too. */
  readonly editFile?: (file: Buffer, places: Places, stated: Places) => void
}

/** A launcher that is put in front later: a hundred megabytes are not copied for each of hundreds of files. */
export interface AbsentLauncher {
  readonly length: number
  readonly sha256: string
}

export interface Gaps {
  readonly metadata?: Uint8Array
  readonly table?: Uint8Array
  readonly slots?: readonly Uint8Array[]
  readonly trailer?: Uint8Array
}

export interface PackageJson extends Record<string, unknown> {
  package: Record<string, unknown>
  slots: Record<string, unknown>[]
  execution: Record<string, unknown>
  launcher?: Record<string, unknown>
}

/** Where things are in the file that was put together. */
export interface Places {
  readonly metadata: number
  readonly table: number
  readonly slots: readonly number[]
  readonly trailer: number
  readonly index: number
}

export interface Assembled {
  readonly file: Buffer
  readonly places: Places
  /** The signed bytes. */
  readonly json: Buffer
}

export const LAUNCHER = Buffer.from('#!/bin/sh\nexit 7\n')
const MAGIC_START = Buffer.from('📦')
const MAGIC_END = Buffer.from('🪄')
const INDEX_SIZE = 8192

export function assemble(slots: readonly SlotPart[], hooks: PackageHooks = {}): Assembled {
  const launcher = hooks.launcher ?? LAUNCHER
  const key = hooks.key ?? KEY
  const json = metadataBytes(slots, launcher, key, hooks)
  const stored = hooks.store?.(json) ?? gzip(json)
  const isThere = launcher instanceof Uint8Array
  const file: Uint8Array[] = isThere ? [launcher] : []
  const before = isThere ? 0 : launcher.length
  const append = (gap: Uint8Array | undefined, align: number, bytes: Uint8Array): number => {
    const length = before + lengthOf(file)
    const filling = gap ?? new Uint8Array((align - (length % align)) % align)
    file.push(filling, bytes)
    return length + filling.length
  }
  const metadata = append(hooks.gaps?.metadata, 1, stored)
  const table = Buffer.alloc(64 * slots.length)
  const tableAt = append(hooks.gaps?.table, 8, table)
  const places = slots.map(() => 0)
  for (const position of hooks.order ?? slots.keys()) {
    const slot = slots[position]
    if (slot === undefined || slot.json.self_ref === true) continue
    places[position] = append(hooks.gaps?.slots?.[position], hooks.align ?? 8, slot.stored)
  }
  for (const [position, slot] of slots.entries()) {
    const descriptor = table.subarray(64 * position, 64 * position + 64)
    writeDescriptor(descriptor, slot, position, places[position] ?? 0)
    hooks.editDescriptor?.(descriptor, position)
  }
  const index = Buffer.alloc(INDEX_SIZE)
  const trailer = append(hooks.gaps?.trailer, 1, MAGIC_START)
  file.push(index, MAGIC_END)
  const where: Places = { metadata, table: tableAt, slots: places, trailer, index: trailer + 4 }
  const sizes = [before + lengthOf(file), launcher.length, metadata, stored.length, tableAt, table.length]
  for (const [position, size] of sizes.entries()) index.writeBigUInt64LE(BigInt(size), 8 + 8 * position)
  index.writeUInt32LE(slots.length, 56)
  const signature = key.sign(json)
  writeIndex(index, key.publicKey, stored, hooks.editSignature?.(signature, json) ?? signature)
  hooks.editIndex?.(index, where)
  index.writeUInt32LE(adler32(index), 4)
  const bytes = Buffer.concat(file)
  hooks.editFile?.(bytes, isThere ? where : placesFrom(where, before), where)
  return { file: bytes, places: where, json }
}

function placesFrom(places: Places, start: number): Places {
  const { metadata, table, slots, trailer, index } = places
  const from = (place: number) => place - start
  return {
    metadata: from(metadata),
    table: from(table),
    slots: slots.map(from),
    trailer: from(trailer),
    index: from(index),
  }
}

/** The metadata as our writer makes it. */
function metadataBytes(
  slots: readonly SlotPart[],
  launcher: Uint8Array | AbsentLauncher,
  key: SeedKey,
  hooks: PackageHooks,
): Buffer {
  const sha256 = launcher instanceof Uint8Array ? sha256Hex(launcher) : launcher.sha256
  const json: PackageJson = {
    format: 'PSPF/2025',
    format_version: '1.0.0',
    package: { name: 'vector', version: '1.0', description: '' },
    slots: slots.map((slot, position) => ({ slot: position, ...slot.json })),
    execution: {
      primary_slot: 0,
      command: '{workenv}/bin/app',
      argv: ['{workenv}/bin/app'],
      env: {},
      environment: {},
    },
    build: { tool: 'flavor', tool_version: '0.1.0', timestamp: '2023-11-14T22:13:20Z', deterministic: true },
    launcher: { tool: 'stub', tool_version: '1', size: launcher.length, checksum: `sha256:${sha256}` },
    key_id: keyIdOf(key.publicKey),
  }
  hooks.editJson?.(json)
  const text = JSON.stringify(json)
  return Buffer.from(hooks.editText?.(text) ?? text)
}

function writeDescriptor(bytes: Buffer, slot: SlotPart, position: number, offset: number): void {
  const isSelf = slot.json.self_ref === true
  bytes.writeBigUInt64LE(BigInt(position), 0)
  createHash('sha256').update(`${slot.json.id}`).digest().copy(bytes, 8, 0, 8)
  bytes.writeBigUInt64LE(BigInt(offset), 16)
  bytes.writeBigUInt64LE(BigInt(slot.stored.length), 24)
  bytes.writeBigUInt64LE(BigInt(slot.decodedSize), 32)
  bytes.writeBigUInt64LE(slot.packed, 40)
  if (!isSelf) createHash('sha256').update(slot.stored).digest().copy(bytes, 48, 0, 8)
  bytes.writeUInt8(slot.purpose, 56)
  bytes.writeUInt8(slot.lifecycle, 57)
  bytes.writeUInt8(1, 58)
  bytes.writeUInt16LE(slot.permissions, 62)
}

function writeIndex(index: Buffer, publicKey: Uint8Array, stored: Uint8Array, signature: Uint8Array): void {
  index.writeUInt32LE(0x20250001, 0)
  index.set(publicKey, 64)
  createHash('sha256').update(stored).digest().copy(index, 96)
  index.set(signature, 128)
  index.writeUInt32LE(4096, 644)
  index.writeBigUInt64LE(0x81n, 832)
  index.writeUInt32LE(0x20250001, 856)
  index.writeUInt32LE(1, 860)
}

function lengthOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0)
}
