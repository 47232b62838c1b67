import type { PackageFile } from '../package-file.ts'
import type { PackageSlot } from '../package-slot.ts'
import { decodeSlot } from '../slot-stream.ts'
import { OriginError } from './origin-error.ts'

/** Spec §5.8: more than any bill of materials needs, less than would hurt to hold. */
export const MAX_ORIGIN = 16 * 1024 * 1024

export type OriginKey = 'sbom' | 'provenance'

/**
 * Spec §5.8: the slot that the metadata names for a part of the origin; undefined where it names none.
 * @throws OriginError ORIGIN_SLOT
 */
export function originSlot(pkg: PackageFile, key: OriginKey): PackageSlot | undefined {
  const id = pkg.metadata[key]
  if (id === undefined) return undefined
  const slot = pkg.slots.find(candidate => candidate.id === id)
  if (slot === undefined) throw slotError(key, `${JSON.stringify(id)}, which is not there`)
  if (slot.isSelf || slot.isTree)
    throw slotError(key, `${JSON.stringify(id)}, which is ${slot.isSelf ? '$SELF' : 'a tree'}`)
  const size = Math.max(Number(slot.descriptor.originalSize), slot.metadata.original_size ?? 0)
  if (size > MAX_ORIGIN) throw slotError(key, `${JSON.stringify(id)} of ${size} bytes`)
  return slot
}

/**
 * The decoded bytes of a part of the origin, the stored ones hashed.
 * @throws OriginError ORIGIN_SLOT, ORIGIN_ABSENT; PackageError, CodecError
 */
export async function readOrigin(pkg: PackageFile, key: OriginKey): Promise<Uint8Array> {
  const slot = originSlot(pkg, key)
  if (slot === undefined) {
    const what = key === 'sbom' ? 'no bill of materials' : 'no provenance'
    const message = `${pkg.path}: holds ${what}, expected metadata that names its slot (spec §5.8)`
    const hint = `packages of flavor hold one, unless they were packed with --no-${key}`
    throw new OriginError('ORIGIN_ABSENT', message, { file: pkg.path, field: key }, { hint })
  }
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const bytes of decodeSlot(pkg, slot)) {
    size += bytes.length
    // Of a foreign package the sizes may say something else.
    if (size > MAX_ORIGIN) throw slotError(key, `${JSON.stringify(slot.id)} of more than ${MAX_ORIGIN} bytes`)
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}

function slotError(key: OriginKey, got: string): OriginError {
  const want = `a slot that is one file of at most ${MAX_ORIGIN} bytes`
  const message = `metadata: ${key} names ${got}, expected ${want} (spec §5.8)`
  return new OriginError('ORIGIN_SLOT', message, { field: key, got, want })
}
