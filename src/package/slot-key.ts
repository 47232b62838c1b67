import { spawnSync } from 'node:child_process'
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { splitCommand } from '../format/command-line.ts'
import { FormatError } from '../format/format-error.ts'
import { PackageError, reasonOf } from './package-error.ts'

/** Where keys of encrypted slots are looked for (spec §4.7). */
export interface SlotKeys {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** By slot id: instead of the source that is signed. */
  readonly sources?: ReadonlyMap<string, string>
}

/** What is wrong with a source, in words; never a part of what was found there. */
class KeyFault extends Error {}

/** A key with a line feed behind it is 66 bytes at most; who points at a disk should not wait for it. */
const MAX_FILE = 4096
const COMMAND_OUTPUT = 64 * 1024
/** A pipe that somebody put there would hold whoever opens it for reading. */
const OPEN = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Spec §4.7: the 32 bytes that `source` gives.
 * @param where for messages, such as `slot 2 (data)`
 * @throws PackageError SLOT_KEY_UNAVAILABLE
 */
export function readSlotKey(source: string, where: string, environment: SlotKeys['environment']): Uint8Array {
  try {
    const line = (readSource(source, environment).split('\n')[0] ?? '').trim()
    if (/^[0-9a-f]{64}$/i.test(line)) return Buffer.from(line, 'hex')
    throw new KeyFault('which gave something else than 64 hex digits')
  } catch (cause) {
    if (!(cause instanceof KeyFault)) throw cause
    const message = `${where}: its key comes from ${source}, ${cause.message} (spec §4.7)`
    const hint = 'the slot is encrypted: give its key, 64 hex digits, in that place'
    const detail = { field: 'key_source', got: source }
    throw new PackageError('SLOT_KEY_UNAVAILABLE', message, detail, { hint, cause })
  }
}

function readSource(source: string, environment: SlotKeys['environment']): string {
  const rest = source.slice(source.indexOf(':') + 1)
  if (source.startsWith('file:')) return readFile(rest)
  if (source.startsWith('command:')) return run(rest, environment)
  // Who starts a program with more rights than its own would steer it (spec §7.4).
  if (rest.startsWith('FLAVOR_')) throw new KeyFault('a name that is kept for launchers')
  const value = environment[rest]
  if (value === undefined) throw new KeyFault('which is not set')
  return value
}

function readFile(path: string): string {
  if (!isAbsolute(path)) throw new KeyFault('expected an absolute path')
  let fd: number
  try {
    fd = openSync(path, OPEN)
  } catch (cause) {
    throw new KeyFault(`which cannot be read: ${reasonOf(cause)}`)
  }
  try {
    const stat = fstatSync(fd)
    const isMine = process.platform === 'win32' || stat.uid === 0 || stat.uid === process.geteuid?.()
    const isPrivate = process.platform === 'win32' || (stat.mode & 0o077) === 0
    if (!stat.isFile() || !isMine || !isPrivate)
      throw new KeyFault('which others can read or write too: expected a file of yours with mode 0600')
    const bytes = Buffer.alloc(MAX_FILE)
    return bytes.toString('latin1', 0, readSync(fd, bytes, 0, MAX_FILE, 0))
  } finally {
    closeSync(fd)
  }
}

/** With the caller's rights and variables; no shell has a part in it, and PATH does not choose the program. */
function run(command: string, environment: SlotKeys['environment']): string {
  const [program = '', ...args] = words(command)
  if (!isAbsolute(program)) throw new KeyFault('expected an absolute path of a program')
  const { error, status, stdout } = spawnSync(program, args, {
    env: { ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: COMMAND_OUTPUT,
    encoding: 'latin1',
  })
  if (error !== undefined) throw new KeyFault(`which did not start: ${reasonOf(error)}`)
  if (status !== 0) throw new KeyFault('which failed')
  return stdout
}

function words(command: string): string[] {
  try {
    return splitCommand(command, 'key_source')
  } catch (cause) {
    if (cause instanceof FormatError) throw new KeyFault(cause.message)
    throw cause
  }
}
