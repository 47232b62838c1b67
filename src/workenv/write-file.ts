import { chmodSync, closeSync, constants, fchmodSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { writeFully } from '../package/tree-builder.ts'
import { errorCode } from './rung-failure.ts'

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0)

/** A new file with exactly this mode, whatever the umask is. */
export function writeNewFile(path: string, content: string | Uint8Array, mode: number): void {
  const fd = openSync(path, CREATE, 0o600)
  try {
    writeFully(fd, typeof content === 'string' ? Buffer.from(content) : content)
    fchmodSync(fd, mode)
  } finally {
    closeSync(fd)
  }
}

/**
 * A directory that may be there already, and what is missing above it. The recursive mkdir of Node would say ENOENT for a read-only
 * file system.
 */
export function ensureDirectory(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode })
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && path !== dirname(path)) {
      ensureDirectory(dirname(path), mode)
      mkdirSync(path, { mode })
    } else if (!isDirectory(path)) throw error
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/** A new directory with exactly this mode, whatever the umask is. */
export function makeDirectory(path: string, mode: number): void {
  mkdirSync(path, { mode })
  chmodSync(path, mode)
}
