import { type Assembled, assemble, LAUNCHER, type PackageHooks } from './assembler.ts'
import { KEY, keyIdOf } from './keys.ts'
import type { SlotPart } from './slots.ts'
import { sha256Hex } from './streams.ts'
import type { Vector } from './vector.ts'

/** What a reader finds in one slot. */
export interface ExpectedSlot {
  readonly id: string
  readonly target: string
  readonly purpose: string
  readonly lifecycle: string
  readonly operations: string
  readonly is_self: boolean
  /** Only where it is. */
  readonly is_origin?: true
  readonly offset: number
  readonly size: number
  /** Not for the package itself, which is never unpacked. */
  readonly decoded_size?: number
  readonly decoded_sha256?: string
  readonly tree?: string
  readonly files?: number
  readonly bytes?: number
  readonly listing?: readonly string[]
}

/** What differs from what the metadata says in the same words. */
export interface SlotExpectation {
  readonly target?: string
  readonly purpose?: string
  readonly lifecycle?: string
  readonly operations?: string
}

/** A good package and what is in it. */
export function goodPackage(
  head: Pick<Vector, 'area' | 'name' | 'comment' | 'spec'>,
  slots: readonly SlotPart[],
  hooks: PackageHooks = {},
  expectations: readonly SlotExpectation[] = [],
): Vector {
  const assembled = assemble(slots, hooks)
  const json = JSON.parse(assembled.json.toString())
  const launcher = hooks.launcher ?? LAUNCHER
  return {
    ...head,
    kind: 'package',
    level: 'extract',
    file: { extension: 'psp', bytes: assembled.file },
    expect: {
      ok: {
        name: json.package.name,
        version: json.package.version,
        key_id: keyIdOf((hooks.key ?? KEY).publicKey),
        content_hash: sha256Hex(assembled.json),
        launcher_size: launcher.length,
        launcher_covered: json.launcher?.checksum !== undefined,
        slots: slots.map((slot, position) => expectedSlot(slot, position, assembled, expectations[position])),
      },
    },
  }
}

function expectedSlot(
  slot: SlotPart,
  position: number,
  { places, json }: Assembled,
  expectation: SlotExpectation = {},
): ExpectedSlot {
  const metadata = JSON.parse(json.toString())
  const said = metadata.slots[position]
  const isSelf = said.self_ref === true
  return {
    id: said.id,
    target: isSelf ? '' : said.target.replace(/^\{workenv\}\/?/, ''),
    purpose: said.purpose,
    lifecycle: said.lifecycle,
    operations: said.operations,
    is_self: isSelf,
    ...([metadata.sbom, metadata.provenance].includes(said.id) ? { is_origin: true } : {}),
    ...expectation,
    offset: places.slots[position] ?? 0,
    size: slot.stored.length,
    ...(isSelf ? {} : { decoded_size: slot.decodedSize, decoded_sha256: slot.decodedSha256, ...slot.unpacked }),
  }
}
