import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { TrustError } from './trust-error.ts'

const WRITABLE_FOR_OTHERS = 0o022
/** A pipe without a writer would hold whoever opens it for reading. */
const OPEN = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** Who may own a file of trust; undefined where files have no owner of this kind. */
export type Owners = readonly number[] | undefined

/** trust §2.5: a user keyring that cannot be reached is somebody else's; a system keyring is only absent where it is not there. */
const UNREACHABLE = { system: ['ENOENT', 'ENOTDIR'], user: ['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG'] }

/**
 * trust §2.5: whether there is a directory of trust. One that others could change is refused.
 * @throws TrustError TRUST_FILE_UNSAFE, TRUST_FILE_READ
 */
export function isTrustDirectory(path: string, keyring: 'system' | 'user', owners: Owners): boolean {
  let status: Stats
  try {
    status = statSync(path)
  } catch (cause) {
    if (UNREACHABLE[keyring].includes((cause as NodeJS.ErrnoException).code ?? '')) return false
    throw unreadable(path, cause)
  }
  checkSafe(path, status, owners, status.isDirectory() ? undefined : 'a directory')
  return true
}

/**
 * trust §2.5: the bytes of a file of trust, one more than `maxBytes` at most; undefined where it is not there. What is judged is the open
 * file that is read.
 * @throws TrustError TRUST_FILE_UNSAFE, TRUST_FILE_READ
 */
export function readTrustFile(path: string, owners: Owners, maxBytes: number): Uint8Array | undefined {
  let fd: number
  try {
    fd = openSync(path, OPEN)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw unreadable(path, cause)
  }
  try {
    const status = fstatSync(fd)
    checkSafe(path, status, owners, status.isFile() ? undefined : 'a regular file')
    return readAll(fd, path, Math.min(status.size, maxBytes) + 1)
  } finally {
    closeSync(fd)
  }
}

function readAll(fd: number, path: string, size: number): Uint8Array {
  const bytes = Buffer.alloc(size)
  let length = 0
  try {
    while (length < size) {
      const count = readSync(fd, bytes, length, size - length, length)
      if (count === 0) break
      length += count
    }
  } catch (cause) {
    throw unreadable(path, cause)
  }
  return bytes.subarray(0, length)
}

function checkSafe(path: string, { uid, mode }: Stats, owners: Owners, want: string | undefined): void {
  if (want !== undefined) {
    throw unsafe(path, `is not ${want}`, 'other', want, 'move it away')
  }
  if (owners === undefined) return
  const allowed = owners.map(owner => `uid ${owner}`).join(' or ')
  if (!owners.includes(uid)) {
    const hint = 'what somebody else owns, they decide: with sudo, use its -H, or the system keyring'
    throw unsafe(path, `belongs to uid ${uid}, expected ${allowed}`, `${uid}`, allowed, hint)
  }
  if ((mode & WRITABLE_FOR_OTHERS) === 0) return
  const got = (mode & 0o7777).toString(8).padStart(4, '0')
  const fault = `has mode ${got}, expected one in which neither group nor others write`
  throw unsafe(path, fault, got, 'no group or other write', `look at what it says, then \`chmod go-w ${path}\``)
}

function unsafe(path: string, fault: string, got: string, want: string, hint: string): TrustError {
  return new TrustError('TRUST_FILE_UNSAFE', `${path}: ${fault} (trust §2.5)`, { file: path, got, want }, { hint })
}

function unreadable(path: string, cause: unknown): TrustError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const hint = 'what it pins is not known without it, so nothing is accepted: make it readable, or remove it'
  return new TrustError(
    'TRUST_FILE_READ',
    `${path}: cannot be read: ${reason} (trust §2.5)`,
    { file: path },
    { cause, hint },
  )
}
