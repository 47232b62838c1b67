import type { Metadata, SlotMetadata } from '../format/metadata.ts'
import { isArchive, OP_AES256_GCM, type OperationChain } from '../format/operations.ts'
import type { SlotDescriptor } from '../format/slot-descriptor.ts'
import { type Lifecycle, lifecycleOf, type Purpose, purposeOf } from '../format/slot-enumerations.ts'
import { parseTarget } from '../format/target-path.ts'
import { PackageError } from './package-error.ts'

/** One slot of an open package: descriptor and metadata, which agree. */
export interface PackageSlot {
  readonly index: number
  readonly id: string
  readonly descriptor: SlotDescriptor
  readonly metadata: SlotMetadata
  readonly chain: OperationChain
  /** Unpacks to a tree, not to a single file. */
  readonly isTree: boolean
  /** `$SELF`: the package itself; has no stored bytes and is never written. */
  readonly isSelf: boolean
  /** Spec §5.8: says what the package is made of, or how; no launch unpacks it. */
  readonly isOrigin: boolean
  /** Relative to the work environment, `/`-separated; '' for its root. */
  readonly target: string
  readonly purpose: Purpose
  readonly lifecycle: Lifecycle
}

/** Spec §4.7. */
export function isEncrypted(slot: PackageSlot): boolean {
  return slot.chain.includes(OP_AES256_GCM)
}

/** @throws FormatError METADATA_TARGET */
export function packageSlots(metadata: Metadata, descriptors: readonly SlotDescriptor[]): PackageSlot[] {
  return metadata.slots.flatMap((slot, index) => {
    const descriptor = descriptors[index]
    return descriptor === undefined ? [] : [packageSlot(slot, descriptor, index, metadata)]
  })
}

function packageSlot(
  slot: SlotMetadata,
  descriptor: SlotDescriptor,
  index: number,
  { sbom, provenance }: Pick<Metadata, 'sbom' | 'provenance'>,
): PackageSlot {
  return {
    index,
    id: slot.id,
    descriptor,
    metadata: slot,
    chain: descriptor.operations,
    isTree: isArchive(descriptor.operations),
    isSelf: slot.self_ref,
    isOrigin: slot.id === sbom || slot.id === provenance,
    target: slot.self_ref ? '' : parseTarget(slot.target, index),
    purpose: purposeOf(slot.purpose),
    lifecycle: lifecycleOf(slot.lifecycle),
  }
}

/**
 * Spec §5.4 and §6.4: a file needs a name, two slots cannot be one file, and nothing may lie at or below a shared slot, because
 * writing there would write through its symlink into what other packages use.
 * @throws PackageError SLOT_TARGETS, SLOT_SHARE
 */
export function checkSlotTargets(slots: readonly PackageSlot[]): void {
  const placed = slots.filter(slot => !slot.isSelf)
  for (const slot of placed) {
    if (slot.target === '' && !slot.isTree) {
      throw targetError(
        'SLOT_TARGETS',
        slot,
        'is a single file at the root of the work environment',
        'a path with a name',
      )
    }
    if (slot.metadata.share) checkShare(slot)
    const rival = placed.find(other => other !== slot && collides(slot, other))
    if (rival !== undefined) {
      throw targetError(
        'SLOT_TARGETS',
        slot,
        `lies at or below that of slot ${rival.index} (${rival.id})`,
        'a place of its own',
      )
    }
  }
}

function checkShare(slot: PackageSlot): void {
  if (slot.target === '')
    throw targetError('SLOT_SHARE', slot, 'is the root', 'a path below it, where a link can stand')
  if (isEncrypted(slot)) throw targetError('SLOT_SHARE', slot, 'is encrypted', 'a slot that is not')
  if (!slot.isTree) throw targetError('SLOT_SHARE', slot, 'is a single file', 'a tree')
  if (slot.metadata.tree === undefined)
    throw targetError('SLOT_SHARE', slot, 'has no signed tree hash', 'one, as its name')
}

/** `slot` is at or below a place that `other` has for itself alone: a file, or a shared tree. */
function collides(slot: PackageSlot, other: PackageSlot): boolean {
  const exclusive = !other.isTree || other.metadata.share
  if (!exclusive) return false
  if (!samePlatform(slot, other)) return false
  return slot.target === other.target || slot.target.startsWith(`${other.target}/`)
}

/** Two slots for two platforms are never unpacked together. */
function samePlatform(a: PackageSlot, b: PackageSlot): boolean {
  const [one, two] = [a.metadata.platform ?? 'any', b.metadata.platform ?? 'any']
  return one === two || one === 'any' || two === 'any'
}

function targetError(code: 'SLOT_TARGETS' | 'SLOT_SHARE', slot: PackageSlot, got: string, want: string): PackageError {
  const section = code === 'SLOT_SHARE' ? '§6.4' : '§5.4'
  const message = `slot ${slot.index} (${slot.id}): target ${JSON.stringify(slot.metadata.target)} ${got}, expected ${want} (spec ${section})`
  return new PackageError(code, message, { slot: `${slot.index}`, field: 'target', got, want })
}
