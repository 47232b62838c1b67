import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from 'node:fs'
import { specialFile } from '../files/special-file.ts'
import { CryptoError } from './crypto-error.ts'
import { type KeyPair, parsePrivateKey, parsePublicKey } from './keys.ts'

/** Longer than any Ed25519 key file; a wrong file, or a device, is not read into memory. */
const MAX_KEY_FILE = 16 * 1024

/**
 * Reads a private key. A file that others may read or write is refused, because its key may be known or planted already.
 * @throws CryptoError KEY_FILE, KEY_FILE_MODE, KEY_FORMAT, KEY_MISMATCH, KEY_ENCRYPTED
 */
export function readPrivateKeyFile(path: string): KeyPair {
  return parsePrivateKey(readSecretFile(path, 'private key'), path)
}

/**
 * The bytes of a file that only its owner may read or write; at most one more than `MAX_KEY_FILE`.
 * @throws CryptoError KEY_FILE, KEY_FILE_MODE
 */
export function readSecretFile(path: string, what: string): Uint8Array {
  return readKeyFile(path, what, true)
}

/** @throws CryptoError KEY_FILE, KEY_FORMAT, KEY_WEAK */
export function readPublicKeyFile(path: string): Uint8Array<ArrayBuffer> {
  return parsePublicKey(readKeyFile(path, 'public key', false), path)
}

/**
 * Writes a key file in one step: it is complete or it is not there. Without `replace` an existing file stays.
 * @throws CryptoError KEY_FILE, KEY_FILE_EXISTS
 */
export function writeKeyFile(path: string, text: string, options: { mode: number; replace: boolean }): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const special = options.replace ? specialFile(path) : undefined
    if (special !== undefined) throw new Error(`it is ${special}, expected a file`)
    const fd = openSync(temporary, 'wx', options.mode)
    try {
      writeFileSync(fd, text)
      fsyncSync(fd)
    } finally {
      closeSync(fd)
    }
    if (options.replace) renameSync(temporary, path)
    // Unlike a rename, a link never replaces what somebody else made in the meantime.
    else linkSync(temporary, path)
  } catch (cause) {
    throw writeError(path, cause)
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** The descriptor that is checked is the one that is read, so no other file can take its place in between. */
function readKeyFile(path: string, what: string, isSecret: boolean): Uint8Array {
  try {
    const fd = openSync(path, 'r')
    try {
      const stat = fstatSync(fd)
      if (isSecret) refuseNoFile(path, what, stat)
      if (isSecret) refuseSharedMode(path, what, stat.mode)
      const bytes = Buffer.alloc(MAX_KEY_FILE + 1)
      return bytes.subarray(0, readSync(fd, bytes))
    } finally {
      closeSync(fd)
    }
  } catch (cause) {
    if (cause instanceof CryptoError) throw cause
    const message = `${path}: the ${what} cannot be read: ${reasonOf(cause)}`
    throw new CryptoError('KEY_FILE', message, { file: path }, { cause })
  }
}

/** Before its mode: nobody should be told to `chmod 600 /dev/null`. What a shell hands over, `<(pass show key)`, is a pipe. */
function refuseNoFile(path: string, what: string, stat: Stats): void {
  if (stat.isFile() || stat.isFIFO()) return
  const got = stat.isDirectory() ? 'a directory' : 'a device'
  const message = `${path}: is ${got}, expected a file with the ${what}`
  throw new CryptoError('KEY_FILE', message, { file: path, got, want: 'a file' })
}

function refuseSharedMode(path: string, what: string, mode: number): void {
  // Windows has no such bits; its access lists give a user's files to that user alone by default.
  if (process.platform === 'win32' || (mode & 0o077) === 0) return
  const got = (mode & 0o777).toString(8).padStart(4, '0')
  const message = `${path}: the ${what} has mode ${got}, expected 0600: others than its owner may use it`
  const hint = `\`chmod 600 ${path}\`; if others could read it on a shared machine, make a new one`
  throw new CryptoError('KEY_FILE_MODE', message, { file: path, field: 'mode', got, want: '0600' }, { hint })
}

function writeError(path: string, cause: unknown): CryptoError {
  if (cause instanceof Error && Reflect.get(cause, 'code') === 'EEXIST') {
    return new CryptoError('KEY_FILE_EXISTS', `${path}: the file exists, expected none`, { file: path }, { cause })
  }
  return new CryptoError(
    'KEY_FILE',
    `${path}: the key cannot be written: ${reasonOf(cause)}`,
    { file: path },
    { cause },
  )
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
