import { constants, fstatSync, openSync, readSync } from 'node:fs'
import { PackageError, reasonOf } from './package-error.ts'

/** Large enough that reading is bound by the device, small enough that a few of them are nothing. */
const CHUNK = 512 * 1024

/** Opens for reading; never waits on a fifo that somebody put in the way. */
export function openForReading(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    const hint = 'check the path, and that you may read the file'
    throw new PackageError(
      'FILE_READ',
      `${path}: cannot be opened: ${reasonOf(cause)}`,
      { file: path },
      { cause, hint },
    )
  }
}

/** Length of an open regular file in bytes. */
export function sizeOfFile(fd: number, path: string): number {
  const status = fstatSync(fd)
  if (status.isFile()) return status.size
  const got = status.isDirectory() ? 'a directory' : 'no regular file'
  throw new PackageError('FILE_READ', `${path}: is ${got}, expected a package`, {
    file: path,
    got,
    want: 'a regular file',
  })
}

/** `length` bytes at `offset`; fewer only where the file ends. */
export function readAt(fd: number, path: string, offset: number, length: number): Uint8Array<ArrayBuffer> {
  return fill(fd, path, offset, new Uint8Array(length))
}

function fill(fd: number, path: string, offset: number, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  let filled = 0
  while (filled < bytes.length) {
    const count = readOnce(fd, path, bytes, filled, bytes.length - filled, offset + filled)
    if (count === 0) return bytes.subarray(0, filled)
    filled += count
  }
  return bytes
}

/** Memory for one chunk, to lend to `readRange`. */
export function chunkMemory(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(CHUNK)
}

/**
 * Bytes `start` to `end` of the file in chunks. Each has memory of its own, unless the caller lends some for all because it keeps
 * none: fresh memory costs a page fault for every 4 KiB, together as much as hashing what is in it.
 * @throws PackageError FILE_CHANGED where the file has become shorter than it was
 */
export function* readRange(
  fd: number,
  path: string,
  start: number,
  end: number,
  lent?: Uint8Array<ArrayBuffer>,
): Generator<Uint8Array<ArrayBuffer>> {
  for (let offset = start; offset < end; ) {
    const length = Math.min(CHUNK, end - offset)
    const bytes = fill(fd, path, offset, lent?.subarray(0, length) ?? new Uint8Array(length))
    if (bytes.length < length) {
      const message = `${path}: ends at ${offset + bytes.length}, expected ${end}: it was changed while it was read`
      throw new PackageError('FILE_CHANGED', message, { file: path, offset: `${offset + bytes.length}` })
    }
    yield bytes
    offset += length
  }
}

function readOnce(fd: number, path: string, bytes: Uint8Array, at: number, length: number, position: number): number {
  try {
    return readSync(fd, bytes, at, length, position)
  } catch (cause) {
    const message = `${path}: cannot be read at ${position}: ${reasonOf(cause)}`
    throw new PackageError('FILE_READ', message, { file: path, offset: `${position}` }, { cause })
  }
}
