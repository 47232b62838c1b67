import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs'

/** A small file of a cache. What is no file is refused: a pipe in its place would be waited for, and no signal ends that. */
export function readCacheFile(path: string): Buffer {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    if (!fstatSync(fd).isFile()) throw new Error(`${path}: is no file, expected one`)
    return readFileSync(fd)
  } finally {
    closeSync(fd)
  }
}
