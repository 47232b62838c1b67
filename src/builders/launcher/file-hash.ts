import { closeSync, openSync, readSync } from 'node:fs'
import { Sha256 } from '../../crypto/sha256.ts'

const CHUNK = 1024 * 1024

/** Length and hex SHA-256 of a file, without holding it in memory. */
export function hashFile(path: string): { size: number; sha256: string } {
  const fd = openSync(path, 'r')
  try {
    const hash = new Sha256()
    const chunk = Buffer.alloc(CHUNK)
    let size = 0
    for (let count = readSync(fd, chunk); count > 0; count = readSync(fd, chunk)) {
      hash.update(chunk.subarray(0, count))
      size += count
    }
    return { size, sha256: hash.digestHex() }
  } finally {
    closeSync(fd)
  }
}
