import { lstatSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { basename } from 'node:path/posix'
import { ensureDirectory } from '../files/ensure-directory.ts'
import { extractSlot } from '../package/extract.ts'
import type { PackageFile } from '../package/package-file.ts'
import type { PackageSlot } from '../package/package-slot.ts'
import { inspectBase, makeBase } from './base-directory.ts'
import { writableBase } from './cache-base.ts'
import { CacheLayout } from './cache-layout.ts'
import { plainName } from './key.ts'
import { absolute, type Rung } from './ladder.ts'
import { removeLeftovers, removeOldRuns } from './leftovers.ts'
import type { Machine } from './machine.ts'
import { asRungFailure, errorCode } from './rung-failure.ts'
import { Staging } from './staging.ts'
import type { Workenv } from './workenv.ts'
import { WorkenvError } from './workenv-error.ts'
import { slotsOf } from './workenv-plan.ts'
import type { WorkenvRequest } from './workenv-request.ts'

const NO_CUT = 100

/**
 * workenv §9.1 and §9.2: the slots that every run, or every user, has a copy of.
 * @throws WorkenvError PERSISTENT_UNUSABLE, CACHE_UNUSABLE; PackageError, CodecError
 */
export async function makePrivateSlots(workenv: Workenv, request: WorkenvRequest): Promise<void> {
  const { pkg, plan, machine } = request
  const persistent = slotsOf(pkg.slots, plan, 'persistent')
  if (workenv.fresh && persistent.length > 0) sweepData(machine)
  for (const slot of persistent) {
    workenv.place(slot.index, await makePersistent(pkg, slot, machine))
  }
  const volatile = slotsOf(pkg.slots, plan, 'volatile')
  if (volatile.length === 0) return
  const base = workenv.base.isReadOnly ? writableBase(machine) : workenv.base
  const layout = new CacheLayout(base.path)
  removeOldRuns(layout, machine)
  const run = Staging.claim(layout.runs, base.directoryMode)
  workenv.onRelease(() => run.remove())
  try {
    for (const slot of volatile) {
      const directory = join(run.path, `${slot.index}`)
      await unpackInto(pkg, slot, directory)
      workenv.place(slot.index, directory)
    }
  } catch (error) {
    workenv.release()
    throw error
  }
}

/** A directory of its own: the tree itself, or the single file in it. With write bits: it belongs to the program. */
export async function unpackInto(pkg: PackageFile, slot: PackageSlot, directory: string): Promise<void> {
  mkdirSync(directory, { mode: 0o700 })
  await extractSlot(pkg, slot, directory, { target: slot.isTree ? '' : basename(slot.target) })
}

/** workenv §9.2: there already, or unpacked beside it and moved in. */
async function makePersistent(pkg: PackageFile, slot: PackageSlot, machine: Machine): Promise<string> {
  const rung = dataRung(machine)
  if (rung === undefined) throw unusable(slot, 'no variable names a directory for data')
  const owner = join(rung.path, 'persistent', ownerName(pkg))
  const place = join(owner, plainName(slot.id, NO_CUT))
  const found = inspectBase(rung, machine)
  if (found.state === 'usable' && lstatSync(place, { throwIfNoEntry: false })?.isDirectory() === true) return place
  try {
    const base = makeBase(rung, machine)
    removeLeftovers(new CacheLayout(base.path), machine)
    ensureDirectory(owner, 0o700)
    const staging = Staging.open(new CacheLayout(base.path), base)
    try {
      const copy = join(staging.path, 'slot')
      await unpackInto(pkg, slot, copy)
      moveOnce(copy, place)
    } finally {
      staging.remove()
    }
    return place
  } catch (error) {
    const failure = asRungFailure(error)
    throw failure === undefined ? error : unusable(slot, `${rung.path}: ${failure.reason}`, failure)
  }
}

/** workenv §9.2: a first run removes what dead processes left beside data that is there already. */
function sweepData(machine: Machine): void {
  const rung = dataRung(machine)
  if (rung === undefined) return
  const found = inspectBase(rung, machine)
  if (found.state === 'usable' && !found.base.isReadOnly) removeLeftovers(new CacheLayout(found.base.path), machine)
}

/** Whoever comes second leaves what is there. */
export function moveOnce(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(errorCode(error) ?? '')) throw error
    if (lstatSync(to, { throwIfNoEntry: false })?.isDirectory() !== true) throw error
  }
}

/** workenv §9.2: by the signer as well, so that another publisher's package of the same name has data of its own. */
function ownerName({ metadata }: PackageFile): string {
  const name = plainName(metadata.package.name, NO_CUT)
  return metadata.ephemeral || metadata.key_id === undefined ? name : `${name}-${metadata.key_id}`
}

function dataRung({ environment, platform }: Machine): Rung | undefined {
  const home = absolute(environment.HOME, platform)
  const data =
    platform === 'win32'
      ? absolute(environment.LOCALAPPDATA, platform)
      : platform === 'darwin'
        ? below(home, 'Library/Application Support')
        : (absolute(environment.XDG_DATA_HOME, platform) ?? below(home, '.local/share'))
  return data === undefined ? undefined : { name: 'cache', path: join(data, 'flavor'), isPrivate: false }
}

function below(home: string | undefined, path: string): string | undefined {
  return home === undefined ? undefined : join(home, path)
}

function unusable(slot: PackageSlot, reason: string, cause?: unknown): WorkenvError {
  const message = `slot ${slot.index} (${slot.id}): no place for its data: ${reason} (workenv §9.2)`
  const hint = 'set XDG_DATA_HOME or HOME to a directory of yours that can be written to'
  return new WorkenvError('PERSISTENT_UNUSABLE', message, { slot: `${slot.index}` }, { hint, cause })
}
