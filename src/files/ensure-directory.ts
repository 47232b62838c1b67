import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * A directory that may be there already, and what is missing above it. Node's own recursive mkdir never returns below /proc, whose
 * answer to every mkdir is ENOENT, and says ENOENT for a read-only file system.
 * @param mode of each directory that is made, less the umask
 * @throws the error of the system, with its `code` and `syscall`
 */
export function ensureDirectory(path: string, mode = 0o777): void {
  const parent = dirname(path)
  if (made(path, mode)) return
  if (parent !== path) ensureDirectory(parent, mode)
  if (parent !== path && made(path, mode)) return
  const message = `${path}: the file system of ${parent} lets nobody make a directory there`
  throw Object.assign(new Error(message), { code: 'ENOENT', syscall: 'mkdir', path })
}

/** False where something above it is missing. Another process may make it at the same moment, which is as good. */
function made(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode })
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return false
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return true
    throw error
  }
}
