import { lstatSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { extractSlot } from '../package/extract.ts'
import type { PackageSlot } from '../package/package-slot.ts'
import type { OnBytes } from '../package/slot-stream.ts'
import { bootId } from './boot-id.ts'
import type { SharedLayout } from './cache-layout.ts'
import { type Site, sharedStamp } from './find-workenv.ts'
import { errorCode } from './rung-failure.ts'
import type { SealedSlot } from './seal.ts'
import { healShared, targetInShared } from './shared-heal.ts'
import { isChecked, isUsable } from './shared-state.ts'
import { Staging } from './staging.ts'
import { underLock } from './wait-for-lock.ts'
import { sharedTree } from './workenv-plan.ts'
import type { SiteRequest } from './workenv-request.ts'
import { makeDirectory, writeNewFile } from './write-file.ts'

const WAIT_SECONDS = 60

/** workenv §6.3: a shared slot that is whole, unpacked where it was not there. */
export async function ensureShared(
  request: SiteRequest,
  slot: PackageSlot,
  onBytes: OnBytes | undefined,
): Promise<SealedSlot> {
  const tree = sharedTree(slot)
  const shared = request.site.layout.shared(tree)
  const look = () => (isWhole(request, shared, tree) ? sharedStamp(request.site, tree) : undefined)
  const mtime = await underLock(shared.lock, { limitSeconds: WAIT_SECONDS, look }, async () => {
    try {
      if (isUsable(request.site, shared, tree)) await healShared(request, slot, { hash: true, extras: false })
      else await publishShared(request, slot, shared, onBytes)
    } catch (error) {
      if (lstatSync(shared.directory, { throwIfNoEntry: false }) === undefined) rmSync(shared.lock, { force: true })
      throw error
    }
    return sharedStamp(request.site, tree) ?? 0n
  })
  return { kind: 'share', index: slot.index, tree, mtime }
}

function isWhole({ site, machine }: SiteRequest, shared: SharedLayout, tree: string): boolean {
  return isChecked(shared, machine.platform) && isUsable(site, shared, tree)
}

async function publishShared(
  { pkg, site, machine }: SiteRequest,
  slot: PackageSlot,
  shared: SharedLayout,
  onBytes: OnBytes | undefined,
): Promise<void> {
  const { base, layout } = site
  const staging = Staging.open(layout, base)
  try {
    const directory = join(staging.path, 'slot')
    const tree = join(directory, 'tree')
    for (const path of [directory, tree]) makeDirectory(path, base.directoryMode)
    const unpacked = await extractSlot(pkg, slot, tree, {
      target: targetInShared(slot),
      readOnly: true,
      ...(onBytes === undefined ? {} : { onBytes }),
    })
    writeNewFile(join(directory, 'listing'), unpacked.listing, base.fileMode)
    writeNewFile(join(directory, 'checked'), `${bootId(machine.platform) ?? '-'}\n`, base.fileMode)
    moveIn(directory, shared, site, staging, unpacked.tree)
  } finally {
    staging.remove()
  }
}

/** workenv §6.3: whoever comes second uses what is there, unless it cannot be used. */
function moveIn(directory: string, shared: SharedLayout, site: Site, staging: Staging, tree: string): void {
  for (let turn = 0; ; turn++) {
    try {
      renameSync(directory, shared.directory)
      return
    } catch (error) {
      const isTaken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM'].includes(errorCode(error) ?? '')
      if (!isTaken || turn > 2) throw error
      if (isUsable(site, shared, tree)) return
      staging.takeIn(shared.directory)
    }
  }
}
