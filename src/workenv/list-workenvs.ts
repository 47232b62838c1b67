import {
  type BaseReport,
  type CacheEntry,
  publishedIn,
  reportBases,
  rootOf,
  sharedIn,
  usableBases,
  usedBy,
} from './cache-contents.ts'
import { CacheLayout } from './cache-layout.ts'
import { diskUsage } from './disk-usage.ts'
import { type Environment, thisMachine } from './machine.ts'
import { type ProcessNames, readProcesses } from './processes.ts'
import { WorkenvError } from './workenv-error.ts'

/** One work environment, for people and programs. */
export interface WorkenvInfo {
  /** Its key (workenv §3.1); a beginning that fits no other names it too. */
  readonly id: string
  readonly name: string
  readonly version: string
  /** Hex content hash; empty where the seal is damaged. */
  readonly content: string
  /** Absolute path of `{workenv}`. */
  readonly path: string
  readonly base: string
  /** Where the package lay when it was unpacked. */
  readonly package: string
  readonly state: 'ready' | 'damaged'
  readonly lastUse: Date
  /** Why it counts as in use now, or undefined. */
  readonly inUse: string | undefined
  /** Bytes of its own, without the shared slots. */
  readonly bytes: number
  readonly files: number
  /** Tree hashes of the shared slots that it links to. */
  readonly shares: readonly string[]
}

export interface SharedSlotInfo {
  readonly tree: string
  readonly path: string
  readonly bytes: number
  readonly files: number
  /** Ids of the work environments that link to it. */
  readonly neededBy: readonly string[]
}

export interface CacheReport {
  readonly bases: readonly BaseReport[]
  readonly workenvs: readonly WorkenvInfo[]
  readonly shared: readonly SharedSlotInfo[]
  /** Sum of all, shared slots counted once. */
  readonly bytes: number
}

/** Every published work environment in every base of the ladder. */
export function listWorkenvs(environment: Environment): WorkenvInfo[] {
  const machine = thisMachine(environment)
  const processes = readProcesses(machine.platform)
  return usableBases(machine).flatMap(base => publishedIn(base).map(entry => describe(entry, processes)))
}

/** The cache as a whole. */
export function workenvInfo(environment: Environment): CacheReport {
  const machine = thisMachine(environment)
  const workenvs = listWorkenvs(environment)
  const shared = usableBases(machine).flatMap(base => {
    const layout = new CacheLayout(base.path)
    return sharedIn(layout).map(tree => {
      const { directory } = layout.shared(tree)
      const needers = workenvs.filter(one => one.base === base.path && one.shares.includes(tree))
      return { tree, path: directory, ...diskUsage(directory), neededBy: needers.map(({ id }) => id) }
    })
  })
  const bytes = [...workenvs, ...shared].reduce((sum, one) => sum + one.bytes, 0)
  return { bases: reportBases(machine), workenvs, shared, bytes }
}

/**
 * One work environment by its id, the beginning of its id, or the name of its package.
 * @throws WorkenvError WORKENV_UNKNOWN where none or more than one fits
 */
export function inspectWorkenv(environment: Environment, id: string): WorkenvInfo {
  const machine = thisMachine(environment)
  return describe(findEntry(usableBases(machine).flatMap(publishedIn), id), readProcesses(machine.platform))
}

/** @throws WorkenvError WORKENV_UNKNOWN */
export function findEntry(entries: readonly CacheEntry[], id: string): CacheEntry {
  const exact = entries.filter(({ key }) => key === id)
  const begun = entries.filter(({ key, about }) => id !== '' && (key.startsWith(id) || about?.name === id))
  const [entry, ...others] = exact.length > 0 ? exact.slice(0, 1) : begun
  if (entry !== undefined && others.length === 0) return entry
  const keys = (entry === undefined ? entries : begun).map(({ key }) => key)
  const got = entry === undefined ? 'names no work environment' : `names ${keys.length} work environments`
  const want = keys.length === 0 ? 'none: the cache is empty' : `one of ${keys.join(', ')}`
  const message = `${JSON.stringify(id)} ${got}, expected ${want}`
  const hint = '`flavor workenv list` shows them'
  throw new WorkenvError('WORKENV_UNKNOWN', message, { got: id, want }, { hint })
}

export function describe(entry: CacheEntry, processes: ProcessNames | undefined): WorkenvInfo {
  const { key, seal, attempt, about, base, lastUse } = entry
  const usage = attempt === undefined ? { bytes: 0, files: 0 } : diskUsage(attempt.directory)
  return {
    id: key,
    name: about?.name ?? key,
    version: about?.version ?? '',
    content: seal?.content ?? '',
    path: rootOf(entry),
    base: base.path,
    package: about?.package ?? '',
    state: seal === undefined ? 'damaged' : 'ready',
    lastUse,
    inUse: usedBy(entry, processes),
    ...usage,
    shares: seal?.slots.filter(slot => slot.kind === 'share').map(slot => slot.tree) ?? [],
  }
}
