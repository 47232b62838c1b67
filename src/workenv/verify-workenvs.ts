import { openPackage, type PackageFile } from '../package/package-file.ts'
import { type CacheEntry, type Entry, entriesIn, usableBases } from './cache-contents.ts'
import { checkWithoutPackage, checkWithPackage, type EntryCheck, requestFor, type SharedChecks } from './entry-check.ts'
import { openEntryPackage } from './entry-package.ts'
import { findEntry } from './find-entry.ts'
import { type Environment, type Machine, thisMachine } from './machine.ts'
import { type OsLock, tryLock } from './os-lock.ts'
import { asRungFailure } from './rung-failure.ts'
import { WorkenvError } from './workenv-error.ts'

/** Which work environments: the one of this id, those of this package, or all. */
export interface Selection {
  readonly id?: string | undefined
  /** Path of the package to compare with, in place of the one that each was unpacked from. */
  readonly package?: string | undefined
  /** Told before each is looked at, which may take a second. */
  readonly onEntry?: ((entry: Entry) => void) | undefined
}

export interface VerifiedWorkenv extends EntryCheck {
  readonly entry: Entry
  /** Path of the package that it was compared with; undefined where there was none. */
  readonly package: string | undefined
}

/** What can be done with one selected work environment, while nobody removes it. */
export interface Selected {
  readonly entry: CacheEntry
  readonly machine: Machine
  readonly pkg: PackageFile | undefined
  /** Why there is no package. */
  readonly reason: string
}

/**
 * workenv §7.2: checks work environments file by file against the packages that they were unpacked from. Changes nothing.
 * @throws WorkenvError WORKENV_UNKNOWN, WORKENV_PACKAGE; FormatError, PackageError for a package that was given
 */
export async function verifyWorkenvs(environment: Environment, selection: Selection = {}): Promise<VerifiedWorkenv[]> {
  const checked: SharedChecks = new Map()
  return forSelected(environment, selection, async selected => verifySelected(selected, checked), unverifiable)
}

/** Checks one, against its package where that is there. */
export async function verifySelected(
  { entry, machine, pkg, reason }: Selected,
  checked: SharedChecks,
): Promise<VerifiedWorkenv> {
  if (pkg === undefined) return { entry, package: undefined, ...checkWithoutPackage(entry, machine, reason, checked) }
  return { entry, package: pkg.path, ...(await checkWithPackage(entry, requestFor(entry, pkg, machine), checked)) }
}

function unverifiable(entry: Entry): VerifiedWorkenv {
  const reason = 'a launcher of the reference implementations made it, and keeps nothing to compare it with'
  return { entry, package: undefined, state: 'unchecked', damage: [], extra: [], reason }
}

/** Does something with each selected work environment; those of the reference launchers are selected by their id only. */
export async function forSelected<T>(
  environment: Environment,
  selection: Selection,
  work: (selected: Selected) => Promise<T>,
  otherwise: (entry: Entry) => T,
): Promise<T[]> {
  const machine = thisMachine(environment)
  const given = selection.package === undefined ? undefined : openPackage(selection.package)
  try {
    const results: T[] = []
    for (const entry of select(machine, selection.id, given)) {
      selection.onEntry?.(entry)
      results.push(entry.kind === 'workenv' ? await withPackage(entry, machine, given, work) : otherwise(entry))
    }
    return results
  } finally {
    given?.close()
  }
}

function select(machine: Machine, id: string | undefined, given: PackageFile | undefined): Entry[] {
  const entries = usableBases(machine).flatMap(base => entriesIn(base, machine.platform))
  const named = id === undefined ? entries.filter(({ kind }) => kind === 'workenv') : [findEntry(entries, id)]
  if (given === undefined) return named
  const fitting = named.filter(entry => contentOf(entry) === given.contentHash)
  if (fitting.length > 0) return fitting
  const [entry] = named
  const what = id === undefined || entry === undefined ? 'no work environment' : `${entry.id} is none that`
  const message = `${what} was unpacked from ${given.path}, expected the package that it came from (workenv §3.1)`
  const hint = '`flavor workenv inspect` tells where it was'
  throw new WorkenvError('WORKENV_PACKAGE', message, { file: given.path }, { hint })
}

function contentOf(entry: Entry): string | undefined {
  return entry.kind === 'workenv' ? (entry.seal?.content ?? entry.about?.content) : undefined
}

async function withPackage<T>(
  entry: CacheEntry,
  machine: Machine,
  given: PackageFile | undefined,
  work: (selected: Selected) => Promise<T>,
): Promise<T> {
  const found = given === undefined ? openEntryPackage(entry) : { pkg: given }
  const lock = hold(entry)
  try {
    const [pkg, reason] = 'pkg' in found ? [found.pkg, ''] : [undefined, found.reason]
    return await work({ entry, machine, pkg, reason })
  } finally {
    lock?.release()
    if (given === undefined && 'pkg' in found) found.pkg.close()
  }
}

/** workenv §8.2: what is looked at is in use. Where that cannot be marked, it may go meanwhile, which is seen. */
function hold({ base, attempt }: CacheEntry): OsLock | undefined {
  if (base.isReadOnly || attempt === undefined) return undefined
  try {
    const lock = tryLock(attempt.lock, 'shared')
    return lock === 'busy' ? undefined : lock
  } catch (error) {
    if (asRungFailure(error) === undefined) throw error
    return undefined
  }
}
