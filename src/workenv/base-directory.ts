import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { ensureDirectory } from '../files/ensure-directory.ts'
import type { Rung, RungName } from './ladder.ts'
import type { Machine } from './machine.ts'
import { asRungFailure, errorCode, RungFailure } from './rung-failure.ts'

const WRITABLE_FOR_OTHERS = 0o022
const STICKY = 0o1000

/** A base that is there and can be trusted (workenv §1.2). */
export interface Base {
  readonly path: string
  readonly rung: RungName
  /** Owner of everything in it; undefined on Windows. */
  readonly owner: number | undefined
  /** Of directories that are made in it. */
  readonly directoryMode: number
  /** Of files that are made in it. */
  readonly fileMode: number
  /** Prepared by an administrator for everyone: used, never written to. */
  readonly isReadOnly: boolean
}

export type BaseState =
  | { readonly state: 'usable'; readonly base: Base }
  | { readonly state: 'absent' }
  | { readonly state: 'refused'; readonly reason: string }

/** workenv §1.2: one lstat, because every warm start does it. Whether it can be written to is found out by writing. */
export function inspectBase(rung: Rung, machine: Machine): BaseState {
  try {
    const status = lstatSync(rung.path)
    const reason = refusal(status, rung, machine) ?? wayRefusal(rung, machine)
    return reason === undefined
      ? { state: 'usable', base: baseOf(status, rung, machine) }
      : { state: 'refused', reason }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { state: 'absent' }
    return { state: 'refused', reason: asRungFailure(error)?.reason ?? String(error) }
  }
}

/**
 * workenv §1.3: the base of a first run, made where it is not there.
 * @throws RungFailure
 */
export function makeBase(rung: Rung, machine: Machine): Base {
  const found = inspectBase(rung, machine)
  if (found.state === 'absent') {
    try {
      const ancestor = nearestAncestor(rung.path)
      // A machine without /var/tmp is not given one: only the directory in it is ours to make.
      if (rung.isPrivate && ancestor !== dirname(rung.path)) throw new RungFailure(`${dirname(rung.path)} is not there`)
      checkAncestor(ancestor, machine)
      ensureDirectory(rung.path, 0o700)
    } catch (error) {
      throw asRungFailure(error) ?? new RungFailure(String(error), false, error)
    }
  }
  // Looked at again: whoever planted it meanwhile is found out.
  const made = found.state === 'absent' ? inspectBase(rung, machine) : found
  if (made.state === 'usable' && made.base.isReadOnly) throw new RungFailure(`it belongs to uid ${made.base.owner}`)
  if (made.state === 'usable') return made.base
  throw new RungFailure(made.state === 'refused' ? made.reason : 'it vanished while it was made')
}

function refusal(status: Stats, rung: Rung, machine: Machine): string | undefined {
  if (status.isSymbolicLink()) return 'it is a symlink'
  if (!status.isDirectory()) return 'it is no directory'
  if (machine.uid === undefined) return undefined
  const mode = (status.mode & 0o7777).toString(8).padStart(4, '0')
  if (status.uid !== machine.uid && (status.uid !== 0 || rung.isPrivate)) return `it belongs to uid ${status.uid}`
  if ((status.mode & WRITABLE_FOR_OTHERS) !== 0) return `others can write to it (mode ${mode})`
  if (rung.isPrivate && (status.mode & 0o077) !== 0) return `others can look into it (mode ${mode})`
  return undefined
}

/**
 * workenv §1.2: whoever can rename a directory above the base, or a link on the way to it, can put another in its place between the
 * check and the start. Asked only where a variable may be somebody else's: with sudo and a kept HOME, and for a set-id copy.
 */
function wayRefusal(rung: Rung, { uid, isPrivileged, environment }: Machine): string | undefined {
  const isNamed = rung.name === 'cache' || rung.name === 'runtime'
  const isDoubtful = uid === 0 || isPrivileged || environment.SUDO_UID !== undefined
  if (uid === undefined || !isNamed || !isDoubtful) return undefined
  const parent = dirname(rung.path)
  for (const path of [...ancestors(parent), ...ancestors(realpathSync(parent))]) {
    const status = lstatSync(path)
    if (status.uid !== uid && status.uid !== 0) return `${path} belongs to uid ${status.uid}`
    if (status.isDirectory() && isOpen(status)) return `others can change ${path}`
  }
  return undefined
}

function ancestors(path: string): string[] {
  const parent = dirname(path)
  return parent === path ? [path] : [path, ...ancestors(parent)]
}

function isOpen({ mode }: Stats): boolean {
  return (mode & WRITABLE_FOR_OTHERS) !== 0 && (mode & STICKY) === 0
}

function baseOf(status: Stats, rung: Rung, machine: Machine): Base {
  return {
    path: rung.path,
    rung: rung.name,
    owner: machine.uid === undefined ? undefined : status.uid,
    directoryMode: (status.mode & 0o755) | 0o700,
    fileMode: (status.mode & 0o644) | 0o600,
    isReadOnly: machine.uid !== undefined && status.uid !== machine.uid,
  }
}

/**
 * workenv §1.3: with sudo and a kept HOME, root would make its cache in a directory that the user can rename; and what stands in a
 * directory that everybody may change can be replaced by anybody.
 */
function checkAncestor(path: string, { uid }: Machine): void {
  if (uid === undefined) return
  const status = statSync(path)
  if (status.uid !== uid && status.uid !== 0) throw new RungFailure(`${path} belongs to uid ${status.uid}`)
  if (isOpen(status)) throw new RungFailure(`others can change ${path}`)
}

/** The closest directory above a path that is there. */
export function nearestAncestor(path: string): string {
  for (let parent = dirname(path); ; parent = dirname(parent)) {
    if (statSync(parent, { throwIfNoEntry: false }) !== undefined || parent === dirname(parent)) return parent
  }
}
