import {
  type BaseReport,
  type Entry,
  entriesIn,
  entryUsage,
  reportBases,
  rootOf,
  sharedIn,
  slotsBesides,
  usableBases,
} from './cache-contents.ts'
import { CacheLayout } from './cache-layout.ts'
import { diskUsage } from './disk-usage.ts'
import { findEntry } from './find-entry.ts'
import { describeUse, usedBy } from './in-use.ts'
import { type Environment, type Machine, thisMachine } from './machine.ts'
import { type ProcessNames, type ProcessUser, readProcesses } from './processes.ts'

/** One work environment, for people and programs. */
export interface WorkenvInfo {
  /** Those of the reference launchers (workenv §10.6) are seen and removed, nothing else. */
  readonly kind: Entry['kind']
  /** Its key (workenv §3.1), or the path below the base; a beginning that fits no other names it too. */
  readonly id: string
  readonly name: string
  readonly version: string
  /** Hex content hash; empty where nothing says it. */
  readonly content: string
  /** Absolute path of `{workenv}`. */
  readonly path: string
  readonly base: string
  /** Where the package lay when it was unpacked; empty where nothing says it. */
  readonly package: string
  /** `damaged`: its seal is; `unfinished`: one of the reference launchers that was not unpacked to the end. */
  readonly state: 'ready' | 'damaged' | 'unfinished'
  readonly lastUse: Date
  /** Why it counts as in use now, or undefined. */
  readonly inUse: string | undefined
  /** Whoever is known to use it. */
  readonly users: readonly ProcessUser[]
  /** Bytes of its own, without the shared slots. */
  readonly bytes: number
  readonly files: number
  /** Tree hashes of the shared slots that it links to. */
  readonly shares: readonly string[]
  /** Tree hashes of its lazy slots (workenv §9.3), whether a program has asked for them or not. */
  readonly lazy: readonly string[]
}

/** A shared slot, or a lazy one that was asked for. */
export interface SharedSlotInfo {
  readonly tree: string
  readonly path: string
  readonly bytes: number
  readonly files: number
  /** Ids of the work environments that link to it, or whose lazy slot it is. */
  readonly neededBy: readonly string[]
}

export interface CacheReport {
  readonly bases: readonly BaseReport[]
  readonly workenvs: readonly WorkenvInfo[]
  readonly shared: readonly SharedSlotInfo[]
  /** Sum of all, shared slots counted once. */
  readonly bytes: number
}

/** Every work environment in every base of the ladder. */
export function listWorkenvs(environment: Environment): WorkenvInfo[] {
  const machine = thisMachine(environment)
  const processes = readProcesses(machine.platform)
  return allEntries(machine).map(entry => describe(entry, processes))
}

function allEntries(machine: Machine): Entry[] {
  return usableBases(machine).flatMap(base => entriesIn(base, machine.platform))
}

/** The cache as a whole. */
export function workenvInfo(environment: Environment): CacheReport {
  const machine = thisMachine(environment)
  const workenvs = listWorkenvs(environment)
  const bases = usableBases(machine)
  const readOnly = new Set(bases.filter(({ isReadOnly }) => isReadOnly).map(({ path }) => path))
  const shared = bases.flatMap(base => {
    const layout = new CacheLayout(base.path)
    return sharedIn(layout).map(tree => {
      const { directory } = layout.shared(tree)
      const needers = workenvs.filter(one => {
        if (one.base === base.path) return [...one.shares, ...one.lazy].includes(tree)
        // Asked for beside a base that is only read, it lies in another one (workenv §9.3).
        return readOnly.has(one.base) && !base.isReadOnly && one.lazy.includes(tree)
      })
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
  return describe(findEntry(allEntries(machine), id), readProcesses(machine.platform))
}

export function describe(entry: Entry, processes: ProcessNames | undefined): WorkenvInfo {
  const { kind, id, name, version, base, lastUse } = entry
  const use = usedBy(entry, processes)
  const common = {
    kind,
    id,
    name,
    version,
    path: rootOf(entry),
    base: base.path,
    lastUse,
    inUse: use === undefined ? undefined : describeUse(use),
    users: use?.users ?? [],
  }
  const usage = entryUsage(entry)
  if (entry.kind === 'reference workenv') {
    const state = entry.isComplete ? 'ready' : 'unfinished'
    return { ...common, content: '', package: '', state, ...usage, shares: [], lazy: [] }
  }
  const { seal, about } = entry
  return {
    ...common,
    content: seal?.content ?? '',
    package: about?.package ?? '',
    state: seal === undefined ? 'damaged' : 'ready',
    ...usage,
    ...slotsBesides(entry),
  }
}
