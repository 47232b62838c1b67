import { splitCommand } from '../format/command-line.ts'
import { checksumHex, type DerivedFile, type Metadata } from '../format/metadata.ts'
import { pathFault } from '../format/target-path.ts'
import type { PackageFile } from '../package/package-file.ts'
import type { PackageSlot } from '../package/package-slot.ts'
import { WorkenvError } from './workenv-error.ts'

/** workenv §4.1: where a slot goes. */
export type SlotRole = 'own' | 'shared' | 'init' | 'volatile' | 'persistent' | 'lazy' | 'none'

export interface PlannedDirectory {
  /** Relative to `root`. */
  readonly path: string
  readonly mode: number
}

/** What a package wants of its work environment; depends on nothing but the signed metadata and the system. */
export interface WorkenvPlan {
  readonly name: string
  readonly version: string
  readonly contentHash: string
  /** workenv §3.1. */
  readonly isPlaceBound: boolean
  readonly hasSetup: boolean
  /** Role of each slot, by index. */
  readonly roles: readonly SlotRole[]
  readonly directories: readonly PlannedDirectory[]
  readonly derived: readonly DerivedFile[]
  /** The main executable relative to `root` (workenv §5.3). */
  readonly executable: string | undefined
}

type PlannedPackage = Pick<PackageFile, 'metadata' | 'contentHash' | 'slots'>

interface RoleParts extends Pick<PackageSlot, 'isSelf' | 'isOrigin' | 'lifecycle'> {
  readonly metadata: Pick<PackageSlot['metadata'], 'platform' | 'share' | 'tree'>
}

/** @throws WorkenvError WORKENV_PLACE */
export function planWorkenv(pkg: PlannedPackage, platform: NodeJS.Platform): WorkenvPlan {
  const { metadata, contentHash, slots } = pkg
  const hasSetup = (metadata.setup_commands ?? []).length > 0
  const roles = slots.map(slot => slotRole(slot, platform, hasSetup))
  const shared = slotsBelowRoot(slots, roles).filter(slot => slot.metadata.share)
  const targets = shared.map(slot => slot.target)
  const directories = (metadata.workenv?.directories ?? []).map(({ path, mode }, at) => ({
    path: placeOf(stripRoot(path), `workenv.directories[${at}].path`, targets),
    mode: Number.parseInt(mode ?? '0700', 8) & 0o777,
  }))
  for (const [at, { path }] of metadata.derived.entries()) placeOf(path, `derived[${at}].path`, targets)
  return {
    name: metadata.package.name,
    version: metadata.package.version,
    contentHash,
    isPlaceBound: hasSetup || metadata.derived.length > 0,
    hasSetup,
    roles,
    directories: directories.filter(({ path }) => path !== ''),
    derived: metadata.derived,
    executable: executablePath(metadata, slots, roles, platform),
  }
}

/** The slots of one role, by index. */
export function slotsOf<S extends PackageSlot>(slots: readonly S[], plan: WorkenvPlan, ...roles: SlotRole[]): S[] {
  return slots.filter(slot => roles.includes(plan.roles[slot.index] ?? 'none'))
}

/** The signed tree hash of a shared slot, which is its name; a shared slot without one is refused when the package is opened. */
export function sharedTree(slot: PackageSlot): string {
  return checksumHex(slot.metadata.tree ?? '')
}

function slotsBelowRoot(slots: readonly PackageSlot[], roles: readonly SlotRole[]): PackageSlot[] {
  return slots.filter(slot => roles[slot.index] === 'own' || roles[slot.index] === 'shared')
}

/** workenv §4.1 and §4.2. */
export function slotRole(slot: RoleParts, platform: NodeJS.Platform, hasSetup: boolean): SlotRole {
  const wanted = slot.metadata.platform ?? 'any'
  if (slot.isSelf || slot.isOrigin || (wanted !== 'any' && wanted !== platformName(platform))) return 'none'
  switch (slot.lifecycle) {
    case 'init':
      return hasSetup ? 'init' : 'none'
    case 'volatile':
    case 'temporary':
      return 'volatile'
    case 'persistent':
      return slot.lifecycle
    case 'lazy':
      // Its place is named by its tree hash; programs of packages that sign none know of no other way than that it is there.
      return slot.metadata.tree === undefined ? ownRole(slot, platform) : 'lazy'
    default:
      return ownRole(slot, platform)
  }
}

/** Users of Windows may make no symlinks, and its junctions hold absolute paths. */
function ownRole(slot: RoleParts, platform: NodeJS.Platform): SlotRole {
  return slot.metadata.share && platform !== 'win32' ? 'shared' : 'own'
}

function platformName(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'macos'
  return platform === 'win32' ? 'windows' : platform
}

/** workenv §4.4: `{workenv}` itself is there anyway. */
function stripRoot(path: string): string {
  const relative = path.replace(/^\{workenv\}(?:\/|$)/, '')
  return relative.replace(/(?<=.)\/$/, '')
}

/** workenv §4.3 and §4.4: below a shared slot it would be written through the link, into what other packages use. */
function placeOf(path: string, field: string, shared: readonly string[]): string {
  if (path === '' && field.startsWith('workenv.')) return path
  const rival = shared.find(target => path === target || path.startsWith(`${target}/`))
  const fault = pathFault(path) ?? (rival === undefined ? undefined : `lies at or below the shared slot at ${rival}`)
  if (fault === undefined) return path
  const message = `metadata: ${field} ${JSON.stringify(path)} ${fault}, expected a place of its own below {workenv} (workenv §4.3)`
  throw new WorkenvError('WORKENV_PLACE', message, { field, got: path, want: 'a place of its own' })
}

/** workenv §5.3: where the main executable lies, if the work environment holds it. */
export function executablePath(
  metadata: Pick<Metadata, 'execution'>,
  slots: readonly Pick<PackageSlot, 'target'>[],
  roles: readonly SlotRole[],
  platform: NodeJS.Platform,
): string | undefined {
  const { argv, command, primary_slot: primary } = metadata.execution
  const template = (argv ?? splitCommand(command, 'execution.command'))[0] ?? ''
  const path = template.replace(/^\{primary\}(?=\/|$)/, `{slot:${primary}}`)
  const [, number, below = ''] = /^\{slot:([0-9]+)\}(?:\/(.*))?$/.exec(path) ?? []
  const relative = number === undefined ? ownPath(path) : slotPath(slots, roles, Number(number), below)
  if (relative === undefined || pathFault(relative) !== undefined || /[{}]/.test(relative)) return undefined
  return platform === 'win32' && !/\.[^./]+$/.test(relative) ? `${relative}.exe` : relative
}

function ownPath(path: string): string | undefined {
  if (path.startsWith('{workenv}/')) return path.slice('{workenv}/'.length)
  if (path.startsWith('/')) return undefined
  return path.includes('/') ? path : `bin/${path}`
}

function slotPath(
  slots: readonly Pick<PackageSlot, 'target'>[],
  roles: readonly SlotRole[],
  index: number,
  below: string,
): string | undefined {
  const role = roles[index]
  if (role !== 'own' && role !== 'shared') return undefined
  return [slots[index]?.target ?? '', below].filter(part => part !== '').join('/')
}
