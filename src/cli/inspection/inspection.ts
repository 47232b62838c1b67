import { basename } from 'node:path'
import { keyId } from '../../crypto/key-id.ts'
import { splitCommand } from '../../format/command-line.ts'
import { FORMAT_VERSION } from '../../format/index-block.ts'
import { formatOperations } from '../../format/operations.ts'
import { isLauncherCovered } from '../../package/launcher-coverage.ts'
import type { PackageFile } from '../../package/package-file.ts'
import type { PackageSlot } from '../../package/package-slot.ts'
import { timeText } from '../../trust/policy.ts'

/** Everything that `inspect` knows: what --json prints, and what the text for people is made from. */
export type Inspection = ReturnType<typeof describePackage>
export type InspectedSlot = ReturnType<typeof describeSlot>

/** The names up to `slots` with their first five fields are the reference's; the rest is ours. */
export const INSPECTION_FIELDS = {
  type: 'always "inspect"',
  package: 'name of the file',
  format: 'always "PSPF/2025"',
  format_version: 'version of the index, "0x20250001"',
  size: 'bytes of the file',
  launcher_size: 'bytes of the launcher',
  package_metadata: 'name, version and description of the package',
  build_metadata: 'tool, tool_version, timestamp and deterministic of the build, or null',
  'slots[].index': 'position of the slot',
  'slots[].name': 'id of the slot',
  'slots[].purpose': 'data, code, config or media',
  'slots[].size': 'stored bytes',
  'slots[].operations': 'how the stored bytes were made',
  'slots[].lifecycle': 'when the slot is there',
  'slots[].target': 'where it unpacks to, relative to the work environment; "" is its root',
  'slots[].tree': 'SHA-256 of the canonical listing of what it unpacks to, or null',
  'slots[].files': 'files that it unpacks to, or null',
  'slots[].unpacked': 'their bytes, or null where the package does not say',
  'slots[].decoded': 'bytes of the decoded stream, or null where the package does not say',
  'slots[].offset': 'where the stored bytes begin in the file',
  'slots[].checksum': 'SHA-256 of the stored bytes',
  'slots[].permissions': 'mode of a single file, in octal',
  'slots[].platform': 'the platform it belongs to: any, linux, macos or windows',
  'slots[].share': 'true where it is unpacked once for all packages',
  'slots[].self': 'true for the package itself ($SELF), which has no stored bytes',
  'slots[].key_source': 'where the key of an encrypted slot comes from, or null',
  'slots[].source': 'what it was made from',
  'slots[].origin': 'true where it says what the package is made of, or how; no launch unpacks it',
  file: 'the path that was given',
  signature_valid: 'false where the metadata is not what was signed',
  key_id: 'first 16 hex digits of the SHA-256 of the public key',
  public_key: 'the raw public key in hex',
  ephemeral: 'true where the key was made for this package and thrown away',
  test_key: 'true where the package says that its key is one for tests, made from a text that others may guess',
  expires: 'when `verify` and `run` stop to take it, in UTC, or null',
  'rotations[]': 'statements that it carries, by which an old key gives way to a new one; unchecked',
  content_hash: 'SHA-256 of the signed metadata, which names the package by its content',
  launcher: 'tool, tool_version, size, checksum and covered (by the signature) of the launcher',
  command: 'argv and argv0 of the default command',
  'commands[]': 'name, argv and argv0 of each command that FLAVOR_COMMAND or the name of a link chooses',
  setup_commands: 'how many commands run once, after unpacking',
  'platforms[]': 'os, arch, libc and libc_version of each platform that it runs on; empty: wherever its launcher does',
  minimum_level: 'the lowest FLAVOR_VALIDATION that its launcher honours',
  regions: 'bytes of launcher, metadata, slot_table, slots, padding and trailer in the file',
  metadata_inflated: 'bytes of the metadata when inflated',
} as const

export function describePackage(pkg: PackageFile) {
  const { metadata, index } = pkg
  const { build, execution } = metadata
  return {
    type: 'inspect',
    package: basename(pkg.path),
    format: metadata.format,
    format_version: `0x${FORMAT_VERSION.toString(16)}`,
    size: pkg.size,
    launcher_size: Number(index.launcherSize),
    package_metadata: metadata.package,
    build_metadata: build ?? null,
    slots: pkg.slots.map(describeSlot),
    file: pkg.path,
    signature_valid: pkg.signatureValid,
    key_id: keyId(index.publicKey),
    public_key: Buffer.from(index.publicKey).toString('hex'),
    ephemeral: metadata.ephemeral,
    test_key: metadata.test_key,
    expires: metadata.expires === undefined ? null : timeText(metadata.expires),
    rotations: metadata.rotations ?? [],
    content_hash: pkg.contentHash,
    launcher: describeLauncher(pkg),
    command: { argv: execution.argv ?? splitCommand(execution.command, 'execution.command'), argv0: execution.argv0 },
    commands: Object.entries(execution.commands).map(([name, { argv, argv0 }]) => ({ name, argv, argv0 })),
    setup_commands: metadata.setup_commands?.length ?? 0,
    platforms: metadata.platforms ?? [],
    minimum_level: metadata.verification?.minimum_level ?? 'standard',
    regions: describeRegions(pkg),
    metadata_inflated: pkg.metadataBytes.length,
  }
}

function describeLauncher(pkg: PackageFile) {
  const { launcher } = pkg.metadata
  return {
    tool: launcher?.tool ?? null,
    tool_version: launcher?.tool_version ?? null,
    size: Number(pkg.index.launcherSize),
    checksum: launcher?.checksum ?? null,
    covered: isLauncherCovered(pkg.metadata),
  }
}

function describeSlot(slot: PackageSlot) {
  const { descriptor, metadata } = slot
  return {
    index: slot.index,
    name: slot.id,
    purpose: slot.purpose,
    size: Number(descriptor.size),
    operations: formatOperations(slot.chain),
    lifecycle: slot.lifecycle,
    target: slot.target,
    tree: metadata.tree ?? null,
    files: metadata.files ?? null,
    unpacked: metadata.bytes ?? null,
    decoded: decodedBytes(slot),
    offset: Number(descriptor.offset),
    checksum: metadata.checksum,
    permissions: descriptor.permissions.toString(8).padStart(4, '0'),
    platform: metadata.platform ?? 'any',
    share: metadata.share,
    self: slot.isSelf,
    key_source: metadata.key_source ?? null,
    source: metadata.source,
    origin: slot.isOrigin,
  }
}

/** Spec §3.4: the reference builders write the stored length where the decoded one belongs, which then says nothing. */
function decodedBytes({ descriptor, metadata, chain }: PackageSlot): number | null {
  if (metadata.original_size !== undefined) return metadata.original_size
  const stated = Number(descriptor.originalSize)
  return chain.length > 0 && descriptor.originalSize === descriptor.size ? null : stated
}

function describeRegions({ layout, slots, size }: PackageFile) {
  const length = ({ start, end }: { start: number; end: number }) => end - start
  const regions = {
    launcher: length(layout.launcher),
    metadata: length(layout.metadata),
    slot_table: length(layout.slotTable),
    slots: slots.reduce((sum, slot) => sum + Number(slot.descriptor.size), 0),
    trailer: length(layout.trailer),
  }
  const padding = size - Object.values(regions).reduce((sum, bytes) => sum + bytes, 0)
  return { ...regions, padding }
}
