import { keyNote } from '../key-note.ts'
import type { Paint } from '../ui/colour.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatBytes, formatCount } from '../ui/quantity.ts'
import { formatPairs, formatTable } from '../ui/table.ts'
import type { InspectedSlot, Inspection } from './inspection.ts'

export interface ShownParts {
  readonly slotDetails: boolean
  readonly compressionStats: boolean
}

/** The text of `flavor inspect`. Every string that the package supplies goes through `plainText`. */
export function inspectionText(inspection: Inspection, parts: ShownParts, paint: Paint): string {
  const { name, version, description } = inspection.package_metadata
  const title = paint(`${plainText(name)} ${plainText(version)}`.trimEnd(), 'bold')
  const lines = [`${title}${description === '' ? '' : `  ${plainText(description)}`}\n`]
  lines.push(formatPairs(summaryPairs(inspection, paint), '  '))
  if (inspection.slots.length > 0) lines.push('\n', ...slotTable(inspection.slots))
  if (parts.slotDetails) lines.push(...inspection.slots.map(slotDetails))
  if (parts.compressionStats) lines.push('\n', ...compressionStats(inspection))
  return lines.join('')
}

function summaryPairs(inspection: Inspection, paint: Paint): [string, string | undefined][] {
  const { command, commands, rotations, setup_commands: setup, minimum_level: level } = inspection
  return [
    ['file', `${plainText(inspection.file)}, ${formatBytes(inspection.size)}, ${inspection.format}`],
    [
      'signature',
      inspection.signature_valid ? 'valid' : paint('NOT VALID: nobody signed what is shown here', 'red', 'bold'),
    ],
    ['key', `${inspection.key_id}${keyNote(inspection)}`],
    ['trust', 'the key came with the file; `flavor verify --key` holds it to one that you know'],
    ['expires', inspection.expires ?? undefined],
    ['rotation', rotations.length === 0 ? undefined : `carries ${formatCount(rotations.length, 'statement')}`],
    ['launcher', launcherText(inspection.launcher)],
    ['built', builtText(inspection)],
    ['runs on', platformsText(inspection)],
    ['command', commandText(command.argv)],
    ...commands.map(({ name, argv }): [string, string] => ['', `${plainText(name)}: ${commandText(argv)}`]),
    ['setup', setup === 0 ? undefined : `${formatCount(setup, 'command')} after unpacking`],
    ['validation', level === 'standard' ? undefined : `can be lowered to ${level}`],
  ]
}

function launcherText({ tool, tool_version: version, size, covered }: Inspection['launcher']): string {
  const name = tool === null ? 'unnamed' : plainText(`${tool} ${version ?? ''}`).trimEnd()
  return `${name}, ${formatBytes(size)}, ${covered ? 'covered by the signature' : 'not covered by the signature'}`
}

function builtText({ build_metadata: build }: Inspection): string | undefined {
  if (build === null) return undefined
  const tool = plainText(`${build.tool ?? 'an unnamed tool'} ${build.tool_version ?? ''}`).trimEnd()
  return `by ${tool}${build.timestamp === undefined ? '' : `, dated ${plainText(build.timestamp)}`}`
}

function platformsText({ platforms }: Inspection): string | undefined {
  if (platforms.length === 0) return undefined
  return platforms
    .map(({ os, arch, libc, libc_version: version }) => {
      const needs = libc === undefined ? '' : ` with ${libc}${version === undefined ? '' : ` ${version} or newer`}`
      return `${os} ${arch}${needs}`
    })
    .join(', ')
}

/** As one would type it into a shell. */
function commandText(argv: readonly string[]): string {
  return argv
    .map(word => plainText(/^[A-Za-z0-9_@%+=:,./{}-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ')
}

function slotTable(slots: readonly InspectedSlot[]): string[] {
  const head = ['slot', 'id', 'stored', 'unpacked', 'ratio', 'operations', 'purpose', 'lifecycle', 'target']
  const rows = slots.map(slot => [
    `${slot.index}`,
    plainText(slot.name),
    slot.self ? '-' : formatBytes(slot.size),
    slot.self || unpacked(slot) === null ? '-' : formatBytes(unpacked(slot) ?? 0),
    ratio(slot.size, unpacked(slot)),
    plainText(slot.operations),
    slot.purpose,
    slot.lifecycle,
    slot.self ? '$SELF' : slot.origin ? '-' : plainText(`{workenv}${slot.target === '' ? '' : `/${slot.target}`}`),
  ])
  return formatTable([head, ...rows], [0, 2, 3, 4]).map(line => `${line}\n`)
}

/** What the files take on a disk; for a foreign package the decoded stream is the nearest that it says. */
function unpacked(slot: InspectedSlot): number | null {
  return slot.unpacked ?? slot.decoded
}

/** Stored size as a share of the unpacked one. */
function ratio(stored: number, whole: number | null): string {
  return whole === null || whole === 0 ? '-' : `${((stored / whole) * 100).toFixed(1)} %`
}

function slotDetails(slot: InspectedSlot): string {
  const pairs: [string, string | undefined][] = [
    ['source', slot.source === '' ? undefined : plainText(slot.source)],
    ['bytes', slot.self ? undefined : `${slot.offset} to ${slot.offset + slot.size}`],
    ['decoded', slot.decoded === null || slot.self ? undefined : `${slot.decoded} bytes`],
    ['checksum', slot.checksum === '' ? undefined : slot.checksum],
    ['tree', slot.tree ?? undefined],
    ['files', slot.files === null ? undefined : `${slot.files}`],
    ['permissions', slot.permissions === '0000' ? undefined : slot.permissions],
    ['platform', slot.platform],
    ['encrypted', slot.key_source === null ? undefined : `its key comes from ${plainText(slot.key_source)}`],
    ['shared', slot.share ? 'unpacked once for all packages' : undefined],
  ]
  return `\nslot ${slot.index} (${plainText(slot.name)})\n${formatPairs(pairs, '  ')}`
}

function compressionStats({ regions, size, slots, metadata_inflated: inflated }: Inspection): string[] {
  const whole = slots.every(slot => unpacked(slot) !== null)
    ? slots.reduce((sum, slot) => sum + (unpacked(slot) ?? 0), 0)
    : null
  const rows = [
    ['part', 'stored', 'of the file', 'unpacked', 'ratio'],
    part('launcher', regions.launcher, regions.launcher),
    part('metadata', regions.metadata, inflated),
    part('slot table', regions.slot_table, regions.slot_table),
    part('slots', regions.slots, whole),
    part('padding', regions.padding, regions.padding),
    part('trailer', regions.trailer, regions.trailer),
  ]
  return formatTable(rows, [1, 2, 3, 4]).map(line => `${line}\n`)

  function part(name: string, stored: number, unpackedBytes: number | null): string[] {
    const share = `${((stored / size) * 100).toFixed(1)} %`
    const shown = unpackedBytes === null ? '-' : formatBytes(unpackedBytes)
    return [name, formatBytes(stored), share, shown, ratio(stored, unpackedBytes)]
  }
}
