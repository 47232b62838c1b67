import { createHash } from 'node:crypto'
import { gunzipSync, inflateRawSync } from 'node:zlib'
import { KEY } from '../vectors/keys.ts'
import { adler32, gzip, sha256Hex } from '../vectors/streams.ts'
import { type Material, mutateBytes } from './byte-mutation.ts'
import type { Dice } from './dice.ts'
import { mendTar, mendTrailer } from './mending.ts'

/** A package in its parts. What is taken over them (hashes, offsets, the signature) is made again when it is put together. */
interface Parts {
  readonly launcher: Uint8Array
  readonly index: Buffer
  json: Buffer
  readonly descriptors: Buffer[]
  readonly stored: Buffer[]
}

const TRAILER_SIZE = 8200

/**
 * Changes one part of a package and signs the result again, because nothing behind a wrong signature is ever reached; sometimes only
 * bytes, or only the index.
 */
export function mutatePackage(input: Uint8Array, dice: Dice, material: Material): Uint8Array {
  const file = Buffer.from(input)
  const parts = takeApart(file)
  if (parts === undefined || dice.once(8)) return mutateBytes(file, dice, material)
  if (dice.once(6)) return mendTrailer(changeIndex(file, dice, material))
  const slot = dice.below(parts.stored.length)
  const kind = dice.below(10)
  if (kind < 2) parts.json = Buffer.from(mutateBytes(parts.json, dice, material))
  else if (kind < 6) parts.json = changeJson(parts.json, dice)
  else if (kind < 9) changeSlot(parts, slot, dice, material)
  return putTogether(parts, table => (kind === 9 ? changeLength(table, mutateBytes(table, dice, material)) : table))
}

function takeApart(file: Buffer): Parts | undefined {
  try {
    const index = Buffer.from(file.subarray(file.length - TRAILER_SIZE + 4, file.length - 4))
    const number = (at: number) => Number(index.readBigUInt64LE(at))
    const metadata = file.subarray(number(24), number(24) + number(32))
    const table = file.subarray(number(40), number(40) + number(48))
    const descriptors = Array.from({ length: table.length / 64 }, (_, slot) =>
      Buffer.from(table.subarray(64 * slot, 64 * slot + 64)),
    )
    const stored = descriptors.map(descriptor => {
      const offset = Number(descriptor.readBigUInt64LE(16))
      return Buffer.from(file.subarray(offset, offset + Number(descriptor.readBigUInt64LE(24))))
    })
    const json = inflateRawSync(metadata.subarray(10), { maxOutputLength: 1 << 20 })
    return { launcher: file.subarray(0, number(16)), index, json, descriptors, stored }
  } catch {
    return undefined
  }
}

function putTogether(parts: Parts, changeTable: (table: Buffer) => Buffer): Uint8Array {
  const metadata = gzip(parts.json)
  const head = parts.launcher.length + metadata.length
  const tableAt = head + ((8 - (head % 8)) % 8)
  let end = tableAt + 64 * parts.descriptors.length
  const slots: Uint8Array[] = []
  for (const [slot, stored] of parts.stored.entries()) {
    const filling = new Uint8Array((8 - (end % 8)) % 8)
    if (stored.length > 0) parts.descriptors[slot]?.writeBigUInt64LE(BigInt(end + filling.length), 16)
    slots.push(filling, stored)
    end += filling.length + stored.length
  }
  const table = changeTable(Buffer.concat(parts.descriptors))
  const index = Buffer.from(parts.index)
  const numbers = [
    end + TRAILER_SIZE,
    parts.launcher.length,
    parts.launcher.length,
    metadata.length,
    tableAt,
    table.length,
  ]
  for (const [position, value] of numbers.entries()) index.writeBigUInt64LE(BigInt(value), 8 + 8 * position)
  index.set(KEY.publicKey, 64)
  createHash('sha256').update(metadata).digest().copy(index, 96)
  index.set(KEY.sign(parts.json), 128)
  index.writeUInt32LE(0, 4)
  index.writeUInt32LE(adler32(index), 4)
  const padding = new Uint8Array(tableAt - head)
  const trailer = [Buffer.from('📦'), index, Buffer.from('🪄')]
  return Buffer.concat([parts.launcher, metadata, padding, table, ...slots, ...trailer])
}

/** The numbers of the index: what lies where. */
function changeIndex(file: Buffer, dice: Dice, material: Material): Buffer {
  const at = file.length - TRAILER_SIZE + 4
  const [start, length] = dice.once(4) ? [0, 8192] : [8, 52]
  const field = file.subarray(at + start, at + start + length)
  const changed = Buffer.from(file)
  changed.set(changeLength(field, mutateBytes(field, dice, material)), at + start)
  return changed
}

/** As long as before. */
function changeLength(before: Uint8Array, changed: Uint8Array): Buffer {
  return Buffer.concat([changed, new Uint8Array(before.length)], before.length)
}

/** Other content, which descriptor and metadata agree on. */
function changeSlot(parts: Parts, slot: number, dice: Dice, material: Material): void {
  const before = parts.stored[slot]
  const descriptor = parts.descriptors[slot]
  if (before === undefined || descriptor === undefined || before.length === 0) return
  const after = Buffer.from(changeContent(before, descriptor.readBigUInt64LE(40), dice, material))
  parts.stored[slot] = after
  descriptor.writeBigUInt64LE(BigInt(after.length), 24)
  createHash('sha256').update(after).digest().copy(descriptor, 48, 0, 8)
  const json = parsed(parts.json)
  const entry = json?.slots?.[slot]
  if (entry === undefined) return
  entry.size = after.length
  entry.checksum = `sha256:${sha256Hex(after)}`
  if (descriptor.readBigUInt64LE(40) <= 1n) {
    entry.original_size = after.length
    descriptor.writeBigUInt64LE(BigInt(after.length), 32)
  }
  parts.json = Buffer.from(JSON.stringify(json))
}

function changeContent(stored: Buffer, operations: bigint, dice: Dice, material: Material): Uint8Array {
  if (operations === 1n) return mendTar(mutateBytes(stored, dice, material))
  if (operations !== 0x1001n || dice.once(3)) return mutateBytes(stored, dice, material)
  try {
    return gzip(mendTar(mutateBytes(gunzipSync(stored, { maxOutputLength: 1 << 20 }), dice, material)))
  } catch {
    return mutateBytes(stored, dice, material)
  }
}

interface PackageJson {
  slots?: Record<string, unknown>[]
}

function parsed(json: Buffer): PackageJson | undefined {
  try {
    return JSON.parse(json.toString()) as PackageJson
  } catch {
    return undefined
  }
}

/** Strings that one field or another knows, and others. */
const STRINGS =
  `0 x .. ../x /x a/b {workenv} {workenv}/x {slot:0} {slot:9} 0755 4755 raw tar tgz gzip tar.zst any linux flavor volatile
  persistent init con c: a\\b none strict`.split(/\s+/)
const VALUES: readonly unknown[] = [
  ...[null, true, false, 0, 1, -1, Number.MAX_SAFE_INTEGER, '', 'a\u0000b', ...STRINGS],
  ...[[], {}, ['x'], ['{workenv}/bin/x'], { x: 'y' }, [{}]],
]
const KEYS =
  `slot id target size original_size checksum operations purpose lifecycle permissions self_ref share tree files bytes platform argv
  argv0 commands env environment derived runtime workenv setup_commands verification build launcher platforms key_id ephemeral sbom provenance
  primary_slot command package`.split(/\s+/)

/** One member of the JSON goes, comes or gets another value. */
function changeJson(json: Buffer, dice: Dice): Buffer {
  const value = parsed(json)
  if (value === undefined) return json
  const places = [...placesOf(value)]
  for (let left = 1 + dice.below(3); left > 0; left--) {
    const place = dice.of(places)
    const keys = place === undefined ? [] : Object.keys(place)
    const key = dice.once(3) ? dice.of(KEYS) : dice.of(keys)
    if (place === undefined || key === undefined) continue
    if (dice.once(5)) delete place[key]
    else if (dice.once(4)) place[key] = dice.of(places.flatMap(other => Object.values(other)))
    else place[key] = dice.of(VALUES)
  }
  try {
    return Buffer.from(JSON.stringify(value))
  } catch {
    // A value that was put into itself.
    return json
  }
}

function* placesOf(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return
  yield value as Record<string, unknown>
  for (const member of Object.values(value)) yield* placesOf(member)
}
