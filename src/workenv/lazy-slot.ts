import { lstatSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ensureDirectory } from '../files/ensure-directory.ts'
import type { PackageFile } from '../package/package-file.ts'
import { CacheLayout } from './cache-layout.ts'
import { moveOnce, unpackInto } from './private-slots.ts'
import { slotPathIn } from './slot-paths.ts'
import { Staging } from './staging.ts'
import type { Workenv } from './workenv.ts'
import { WorkenvError } from './workenv-error.ts'

/**
 * workenv §9.3: unpacks a lazy slot, once, and returns its place.
 * @throws WorkenvError SLOT_NOT_LAZY; PackageError, CodecError; errors of the file system
 */
export async function materialiseSlot(pkg: PackageFile, workenv: Workenv, id: string): Promise<string> {
  const slot = pkg.slots.find(candidate => candidate.id === id && candidate.lifecycle === 'lazy')
  if (slot === undefined || workenv.slotDirectories[id] === undefined) {
    const known = pkg.slots.filter(({ lifecycle }) => lifecycle === 'lazy').map(candidate => candidate.id)
    const want = known.length === 0 ? 'none: the package has no lazy slots' : known.join(', ')
    const message = `${JSON.stringify(id)} is no lazy slot, expected one of ${want} (workenv §9.3)`
    throw new WorkenvError('SLOT_NOT_LAZY', message, { got: id, want })
  }
  const { base, attempt } = workenv
  const directory = attempt.lazy(slot.index)
  if (lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return slotPathIn(directory, slot)
  ensureDirectory(dirname(directory), base.directoryMode)
  const staging = Staging.open(new CacheLayout(base.path), base)
  try {
    const copy = join(staging.path, 'slot')
    await unpackInto(pkg, slot, copy)
    moveOnce(copy, directory)
  } finally {
    staging.remove()
  }
  return slotPathIn(directory, slot)
}
