import { verifyEd25519 } from '../../src/crypto/ed25519.ts'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import { checkExecution } from '../../src/format/execution-rules.ts'
import type { IndexBlock } from '../../src/format/index-block.ts'
import { checkLayout, checkSlotRegions } from '../../src/format/layout.ts'
import { checksumHex, type Metadata, parseMetadata, type SetupCommand } from '../../src/format/metadata.ts'
import { formatOperations, packOperations, parseOperations, unpackOperations } from '../../src/format/operations.ts'
import { encodeSlotDescriptor, parseSlotDescriptor, type SlotDescriptor } from '../../src/format/slot-descriptor.ts'
import { encodeTrailer, parseTrailer } from '../../src/format/trailer.ts'
import { buildListing, parseListing } from '../../src/format/tree-listing.ts'
import { answerOf, withText } from './answer.ts'

const hex = (bytes: Uint8Array | readonly number[]) => Buffer.from(bytes).toString('hex')

/** The last bytes of a file. */
export function trailerAnswer(bytes: Uint8Array): Promise<string> {
  return answerOf(() => {
    const index = parseTrailer(bytes, BigInt(bytes.length))
    if (Buffer.compare(encodeTrailer(index), bytes) !== 0) throw new Error('a trailer does not encode to itself')
    const { packageSize, launcherSize, metadataOffset, metadataSize, slotTableOffset, slotTableSize, slotCount } = index
    const numbers = [packageSize, launcherSize, metadataOffset, metadataSize, slotTableOffset, slotTableSize, slotCount]
    return [...numbers, hex(index.publicKey), hex(index.metadataChecksum), hex(index.signature)]
  })
}

/** The numbers of an index from package_size on, as they lie in the block, 4 bytes of slot_count; then offset and size of each slot. */
export function indexAnswer(bytes: Uint8Array): Promise<string> {
  const padded = Buffer.concat([bytes, new Uint8Array(64)])
  const at = (field: number) => padded.readBigUInt64LE(8 * field)
  const index = {
    packageSize: at(0),
    launcherSize: at(1),
    metadataOffset: at(2),
    metadataSize: at(3),
    slotTableOffset: at(4),
    slotTableSize: at(5),
    slotCount: padded.readUInt32LE(48),
  } as IndexBlock
  const count = Math.min(16, Math.max(0, Math.floor((bytes.length - 52) / 16)))
  const slots = Array.from({ length: count }, (_, id) => {
    const offset = padded.readBigUInt64LE(52 + 16 * id)
    return { id: BigInt(id), offset, size: padded.readBigUInt64LE(60 + 16 * id) } as SlotDescriptor
  })
  return answerOf(() => {
    const layout = checkLayout(index, index.packageSize)
    return checkSlotRegions(layout, slots).flatMap(gap => [gap.start, gap.end])
  })
}

/** One descriptor, at the position that its first byte says. */
export function descriptorAnswer(bytes: Uint8Array): Promise<string> {
  return answerOf(() => {
    const slot = parseSlotDescriptor(bytes, bytes[0] ?? 0)
    if (Buffer.compare(encodeSlotDescriptor(slot), bytes) !== 0)
      throw new Error('a descriptor does not encode to itself')
    const numbers = [slot.id, slot.nameHash, slot.offset, slot.size, slot.originalSize, slot.checksum]
    const small = [slot.purpose, slot.lifecycle, slot.priority, slot.platform, slot.permissions]
    return [...numbers, ...small, hex(slot.operations), formatOperations(slot.operations)]
  })
}

/** 8 bytes are a packed chain, all else the name of one. */
export function operationsAnswer(bytes: Uint8Array): Promise<string> {
  if (bytes.length !== 8) {
    return withText(bytes, name =>
      answerOf(() => {
        const chain = parseOperations(name, 0)
        return [hex(chain), formatOperations(chain)]
      }),
    )
  }
  return answerOf(() => {
    const packed = Buffer.from(bytes).readBigUInt64LE(0)
    const chain = unpackOperations(packed, 0)
    if (packOperations(chain) !== packed) throw new Error('a chain does not pack to itself')
    return [hex(chain), formatOperations(chain)]
  })
}

/** Public key, signature, message. */
export async function ed25519Answer(bytes: Uint8Array): Promise<string> {
  if (bytes.length < 96) return 'short'
  return `${verifyEd25519(bytes.subarray(32, 96), bytes.subarray(96), bytes.subarray(0, 32))}`
}

export function listingAnswer(bytes: Uint8Array): Promise<string> {
  return answerOf(() => {
    const entries = parseListing(bytes)
    return [entries.length, sha256Hex(buildListing(entries))]
  })
}

/** The JSON of a package, with the rules that need nothing else. */
export function metadataAnswer(bytes: Uint8Array): Promise<string> {
  return answerOf(() => {
    const metadata = parseMetadata(bytes)
    checkExecution(metadata)
    return metadataFields(metadata)
  })
}

type Field = string | number | boolean

function metadataFields(metadata: Metadata): Field[] {
  const { package: about, execution, workenv, build, launcher } = metadata
  const environment = metadata.runtime?.env
  const argv0 = (kind: string) => (kind === 'program' ? 'Program' : 'Invoked')
  const octal = (text: string | null | undefined) => (text == null ? '-' : Number.parseInt(text, 8))
  return [
    ...[about.name, about.version, about.description],
    ...metadata.slots.flatMap(slot => [
      ...[slot.slot, slot.id, slot.target, slot.size, slot.original_size ?? '-', slot.files ?? '-', slot.bytes ?? '-'],
      ...[checksumHex(slot.checksum), slot.operations, slot.tree === undefined ? '-' : checksumHex(slot.tree)],
      ...[slot.purpose, slot.lifecycle, octal(slot.permissions), slot.self_ref, slot.share, slot.platform ?? 'any'],
    ]),
    ...[execution.primary_slot, execution.command, argv0(execution.argv0), ...(execution.argv ?? [])],
    ...Object.entries(execution.commands).flatMap(([name, command]) => [name, argv0(command.argv0), ...command.argv]),
    ...[execution.env, execution.environment, environment?.map, environment?.set, workenv?.env].flatMap(sorted),
    ...[...(environment?.pass ?? []), ...(environment?.unset ?? [])],
    ...(workenv?.directories ?? []).flatMap(directory => [directory.path, octal(directory.mode)]),
    ...metadata.derived.flatMap(file => [file.path, file.template, octal(file.mode)]),
    ...(metadata.setup_commands ?? []).flatMap(setupFields),
    ...[build?.tool ?? '-', launcher?.size ?? '-'],
    launcher?.checksum === undefined ? '-' : checksumHex(launcher.checksum),
    ...[metadata.key_id ?? '-', metadata.ephemeral, metadata.sbom ?? '-', metadata.provenance ?? '-'],
  ]
}

/** JavaScript moves keys that look like numbers to the front: the order means nothing here. */
function sorted(variables: Readonly<Record<string, string>> | null | undefined): string[] {
  const texts = Object.entries(variables ?? {}).map(([name, value]) => Buffer.from(`${name}=${value}`))
  return texts.sort(Buffer.compare).map(text => text.toString())
}

function setupFields(command: SetupCommand): Field[] {
  if (typeof command === 'string') return ['execute', command]
  switch (command.type) {
    case 'execute':
      return ['execute', command.command]
    case 'enumerate_and_execute':
      return ['enumerate', command.command, command.enumerate.path, command.enumerate.pattern]
    case 'write_file':
      return [
        command.path,
        command.content,
        typeof command.mode === 'string' ? Number.parseInt(command.mode, 8) : (command.mode ?? '-'),
      ]
    case 'chmod':
      return [command.path, Number.parseInt(command.mode, 8)]
  }
}
