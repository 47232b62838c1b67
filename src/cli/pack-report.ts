import type { PackedProject } from '../builders/pack.ts'
import { plainText } from './ui/plain-text.ts'
import { formatBytes, formatCount, formatDuration } from './ui/quantity.ts'
import { formatPairs } from './ui/table.ts'

/** What `flavor pack` prints with --json. */
export function packObject({ written, launcher, signing, provenancePath }: PackedProject, duration: number) {
  const { report } = written
  return {
    type: 'pack',
    path: written.path,
    name: report.name,
    version: report.version,
    size: written.size,
    content_hash: written.contentHash,
    key_id: written.keyId,
    key_kind: signing.kind,
    key_path: signing.path ?? null,
    key_created: signing.kind === 'default' && signing.created,
    launcher: {
      tool: launcher.tool,
      tool_version: launcher.toolVersion,
      ...written.launcher,
      instead: launcher.instead ?? null,
    },
    sbom: written.origin.sbom ?? null,
    provenance: written.origin.provenance ?? null,
    provenance_path: provenancePath ?? null,
    verified: report.deep ? 'deep' : 'stored',
    slots: written.slots.map(({ id, size, bytes, files, cached }) => ({ id, size, unpacked: bytes, files, cached })),
    duration,
  }
}

/** The same for people. */
export function packText({ written, launcher, signing, provenancePath }: PackedProject, duration: number): string {
  const { report } = written
  const slots = written.slots.filter(({ origin }) => !origin)
  const unpacked = slots.reduce((sum, slot) => sum + slot.bytes, 0)
  const stored = slots.reduce((sum, slot) => sum + slot.size, 0)
  const cached = slots.filter(slot => slot.cached).length
  const reused = cached === 0 ? '' : `, ${cached} from the cache`
  return `packed ${plainText(report.name)} ${plainText(report.version)} in ${formatDuration(duration)}\n${formatPairs(
    [
      ['file', `${plainText(written.path)}, ${formatBytes(written.size)}`],
      ['launcher', `${plainText(launcher.tool)}, ${formatBytes(written.launcher.size)}`],
      ['slots', `${formatCount(slots.length, 'slot')}, ${formatBytes(stored)} for ${formatBytes(unpacked)}${reused}`],
      ['origin', originText(written, provenancePath)],
      ['signed', `by key ${written.keyId}${keyText(signing)}`],
      ['verified', report.deep ? 'every slot decoded and compared' : 'every stored byte read back'],
    ],
    '  ',
  )}`
}

function originText({ slots, origin }: PackedProject['written'], path: string | undefined): string | undefined {
  const size = slots.reduce((sum, slot) => sum + (slot.origin ? slot.size : 0), 0)
  const names = [
    ...(origin.sbom === undefined ? [] : ['bill of materials']),
    ...(origin.provenance === undefined ? [] : ['provenance']),
  ]
  if (names.length === 0) return undefined
  return `${names.join(' and ')}, ${formatBytes(size)}${path === undefined ? '' : `; of the file, ${plainText(path)}`}`
}

function keyText({ kind, path, created }: PackedProject['signing']): string {
  if (kind === 'ephemeral') return ', which is thrown away'
  if (kind === 'seed') return ', from --key-seed: for tests only'
  if (kind === 'env') return ', from a variable'
  if (kind === 'command') return ', by --key-command'
  const made = kind === 'default' && created ? ' (made just now: keep a copy of it)' : ''
  return path === undefined ? '' : `, ${plainText(path)}${made}`
}
