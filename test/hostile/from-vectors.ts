import { VECTORS } from '../../scripts/vectors/all.ts'
import { fileSlot, type Operations, treeSlot } from '../../scripts/vectors/slots.ts'
import type { Vector } from '../../scripts/vectors/vector.ts'
import { type HostileFile, hostileFile } from './hostile-file.ts'

/** What cannot stand behind a real launcher, each with the reason. */
const OF_THEIR_OWN: Readonly<Record<string, string>> = {
  'trailer/empty': 'the file is a launcher then, and says so',
  'trailer/one-byte-short': 'the file is longer then than a trailer',
  'trailer/second-package-behind': 'what is doubled here has no launcher: its copy begins elsewhere',
  'content/launcher-changed': 'a launcher of which a byte was changed need not start',
  'content/foreign-launcher-changed': 'the same',
}

/** Every hostile package of spec/vectors, and every stream and archive of them as the slot of a package. */
export function hostileFromVectors(): HostileFile[] {
  return VECTORS.flatMap(vector => {
    const name = `${vector.area}/${vector.name}`
    if (!('error' in vector.expect) || name in OF_THEIR_OWN) return []
    const { error } = vector.expect
    if (vector.behind !== undefined && vector.level !== undefined) {
      return [{ name, spec: vector.spec, error, level: vector.level, behind: vector.behind }]
    }
    return isStream(vector) && vector.file !== undefined ? [asSlot(name, vector, vector.file.bytes, error)] : []
  })
}

type Stream = 'gzip' | 'zstd' | 'tar'

function isStream(vector: Vector): vector is Vector & { readonly kind: Stream } {
  return ['gzip', 'zstd', 'tar'].includes(vector.kind)
}

function asSlot(
  name: string,
  vector: Vector & { readonly kind: Stream },
  stored: Uint8Array,
  error: string,
): HostileFile {
  const rule = { error, spec: vector.spec, level: 'deep' as const }
  if (vector.kind === 'tar') {
    return hostileFile(name, rule, { slots: [treeSlot('app', '{workenv}', [], 'tar', { archive: stored })] })
  }
  const most = Number(vector.input?.max_bytes)
  const operations: Operations = vector.kind
  return hostileFile(name, rule, {
    slots: [fileSlot('app', 'file', 'x', operations, { stored, json: { original_size: most } })],
    editDescriptor: descriptor => descriptor.writeBigUInt64LE(BigInt(most), 32),
  })
}
