import { closeSync, fsyncSync, lstatSync, openSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { CacheLayout } from './cache-layout.ts'
import { readSealOf } from './sealed-attempt.ts'
import type { Workenv } from './workenv.ts'

/**
 * workenv §7.3: writes a work environment through to the disk and marks it as settled, for images and administrators: whoever can
 * only read it could never mark it.
 * @throws errors of the file system
 */
export function settleWorkenv(workenv: Workenv): void {
  const layout = new CacheLayout(workenv.base.path)
  const seal = readSealOf(layout, workenv.key)
  for (const slot of seal?.slots ?? []) if (slot.kind === 'share') syncTree(layout.shared(slot.tree).directory)
  syncTree(workenv.attempt.directory)
  syncFile(layout.seal(workenv.key))
  closeSync(openSync(workenv.attempt.settled, 'a', workenv.base.fileMode))
  for (const path of [workenv.attempt.settled, workenv.attempt.directory, layout.envs, layout.slots]) syncFile(path)
}

function syncTree(directory: string): void {
  for (const item of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, item.name)
    if (item.isDirectory()) syncTree(path)
    else if (item.isFile()) syncFile(path)
  }
  syncFile(directory)
}

/** Directories too, where the system can: their entries are what a power failure loses first. */
function syncFile(path: string): void {
  if (process.platform === 'win32' && lstatSync(path).isDirectory()) return
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
