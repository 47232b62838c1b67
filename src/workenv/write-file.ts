import { chmodSync, closeSync, constants, fchmodSync, mkdirSync, openSync } from 'node:fs'
import { writeFully } from '../package/tree-builder.ts'

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

/** A new directory with exactly this mode, whatever the umask is. */
export function makeDirectory(path: string, mode: number): void {
  mkdirSync(path, { mode })
  chmodSync(path, mode)
}
