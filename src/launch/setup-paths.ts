import { lstatSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { ensureDirectory } from '../files/ensure-directory.ts'
import { pathFault } from '../format/target-path.ts'
import { LaunchError } from './launch-error.ts'

/**
 * Spec §7.5: where a setup command may write: below the work environment, reached through no link that leads out of it. A shared
 * slot is such a link, because it belongs to other packages too.
 * @throws LaunchError SETUP_PATH
 */
export function setupPath(path: string, root: string, field: string): string {
  const inside = isAbsolute(path) ? relative(root, path) : path
  const fault = pathFault(inside.split(sep).join('/'))
  if (fault !== undefined) throw outside(path, field, fault)
  const absolute = join(root, inside)
  const realRoot = realpathSync(root)
  const parent = realpathSync(existingParent(absolute))
  if (parent === realRoot || parent.startsWith(realRoot + sep)) return absolute
  throw outside(path, field, 'leads out through a link')
}

/** As `setupPath`, and makes the directories above it. */
export function setupFile(path: string, root: string, field: string): string {
  const absolute = setupPath(path, root, field)
  ensureDirectory(dirname(absolute), 0o755)
  return absolute
}

function existingParent(path: string): string {
  const parent = dirname(path)
  return lstatSync(parent, { throwIfNoEntry: false }) === undefined ? existingParent(parent) : parent
}

function outside(path: string, field: string, fault: string): LaunchError {
  const message = `metadata: ${field} ${JSON.stringify(path)} ${fault}, expected a path in the work environment (spec §7.5)`
  return new LaunchError('SETUP_PATH', message, { field, got: path, want: 'a path in the work environment' })
}
