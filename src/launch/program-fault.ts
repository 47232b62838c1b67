import { accessSync, closeSync, constants, openSync, readSync, type Stats, statSync } from 'node:fs'
import type { ProgramCall } from './command.ts'
import { LaunchError } from './launch-error.ts'

/** Linux reads this much of a script to find its interpreter. */
const HEAD_BYTES = 4096
const ELF_MAGIC = 0x7f454c46
const PT_INTERP = 3

/** Spec §8.1: why the system did not start a program, with the cause by name and the next step. */
export function programFault({ program, isPackaged }: ProgramCall, thrown: unknown): LaunchError {
  const code = errorCode(thrown)
  const detail = { file: program, got: code }
  const options = { cause: thrown }
  const status = statOrUndefined(program)
  if (status === undefined && (code === 'ENOENT' || code === 'ENOTDIR')) return missing(program, isPackaged, detail)
  if (code === 'ENOENT') return interpreterMissing(program, detail)
  if (code === 'EACCES' || code === 'EPERM') return refused(program, isPackaged, status, detail)
  if (code === 'ENOEXEC' || code === 'EINVAL') {
    const message = `${program}: is ${formatOf(program)}, expected a program for this system (spec §8.1)`
    const hint = 'a script needs a first line such as "#!/bin/sh"; a binary must be for this processor'
    return new LaunchError('PROGRAM_FORMAT', message, detail, { ...options, hint })
  }
  if (code === 'E2BIG') {
    const message = `${program}: the arguments and the environment are too long together for this system (spec §8.1)`
    return new LaunchError('PROGRAM_ARGUMENTS', message, detail, {
      ...options,
      hint: 'pass fewer or shorter arguments',
    })
  }
  const message = `${program}: cannot be started: ${thrown instanceof Error ? thrown.message : thrown} (spec §8.1)`
  return new LaunchError('PROGRAM_START', message, detail, options)
}

function errorCode(thrown: unknown): string {
  const code: unknown = thrown instanceof Error ? Reflect.get(thrown, 'code') : undefined
  return typeof code === 'string' ? code : 'unknown'
}

type Detail = Readonly<Record<string, string>>

function missing(program: string, isPackaged: boolean, detail: Detail): LaunchError {
  const message = isPackaged
    ? `${program}: is not in the package, expected the program that its command names (spec §8.1)`
    : `${program}: is not on this system, expected the program that the package is started with (spec §8.1)`
  const hint = isPackaged ? 'tell whoever made the package; `flavor inspect` shows its command' : `install ${program}`
  return new LaunchError('PROGRAM_MISSING', message, detail, { hint })
}

function interpreterMissing(program: string, detail: Detail): LaunchError {
  const interpreter = interpreterOf(program)
  const named = interpreter === undefined ? 'an interpreter' : `the interpreter ${interpreter}`
  const message = `${program}: needs ${named}, which is not on this system (spec §8.1)`
  const isLoader = interpreter?.includes('/ld-') === true
  const hint = isLoader
    ? 'the program is linked against a C library that this system does not have (glibc or musl)'
    : 'install it, or tell whoever made the package'
  return new LaunchError('PROGRAM_INTERPRETER', message, detail, { hint })
}

function refused(program: string, isPackaged: boolean, status: Stats | undefined, detail: Detail): LaunchError {
  const fail = (fault: string, hint: string) =>
    new LaunchError('PROGRAM_REFUSED', `${program}: ${fault} (spec §8.1)`, detail, { hint })
  const tell = 'tell whoever made the package'
  if (status === undefined) return fail('cannot be reached: permission denied', 'check the directories above it')
  if (status.isDirectory()) return fail('is a directory, expected a program', tell)
  if ((status.mode & 0o111) === 0) return fail('is not executable', tell)
  if (mayExecute(program)) return fail('is refused by the system: its security policy forbids it', 'ask who runs it')
  const other = 'set FLAVOR_CACHE to a directory on a file system that lets programs run'
  // access(2) answers EACCES for a file with x bits where its file system is mounted noexec, and for files of others.
  return fail(
    'may not be run here: its file system is mounted noexec, or it belongs to another user',
    isPackaged ? other : 'check its permissions and its mount',
  )
}

function mayExecute(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function statOrUndefined(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

/** What a file that cannot be run seems to be. */
function formatOf(program: string): string {
  const head = readHead(program)
  if (head === undefined) return 'a file that cannot be read'
  if (head.length === 0) return 'empty'
  if (isElf(head)) return 'a binary for another processor or system'
  if (head.toString('latin1', 0, 2) === 'MZ') return 'a program for Windows'
  if (head.length > 4 && [0xfeedfacf, 0xcffaedfe, 0xcafebabe].includes(head.readUInt32BE(0)))
    return 'a program for macOS'
  return 'neither a binary nor a script with an interpreter'
}

/** The interpreter that a script names in its first line, or an ELF file in PT_INTERP. */
export function interpreterOf(program: string): string | undefined {
  const head = readHead(program)
  if (head === undefined) return undefined
  const shebang = /^#![ \t]*([^ \t\n\0]+)/.exec(head.toString('latin1'))
  return shebang?.[1] ?? elfInterpreter(head)
}

function isElf(head: Buffer): boolean {
  return head.length >= 64 && head.readUInt32BE(0) === ELF_MAGIC
}

/** Only 64-bit little-endian files, which is all that packages are for; only what lies in the head. */
function elfInterpreter(head: Buffer): string | undefined {
  if (!isElf(head) || head[4] !== 2 || head[5] !== 1) return undefined
  const [table, entrySize, count] = [head.readBigUInt64LE(32), head.readUInt16LE(54), head.readUInt16LE(56)]
  for (let entry = 0; entry < count; entry++) {
    const at = Number(table) + entry * entrySize
    if (at + 56 > head.length) return undefined
    if (head.readUInt32LE(at) !== PT_INTERP) continue
    const [offset, size] = [Number(head.readBigUInt64LE(at + 8)), Number(head.readBigUInt64LE(at + 32))]
    return offset + size <= head.length && size > 1 ? head.toString('latin1', offset, offset + size - 1) : undefined
  }
  return undefined
}

function readHead(path: string): Buffer | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const head = Buffer.alloc(HEAD_BYTES)
      return head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0))
    } finally {
      closeSync(fd)
    }
  } catch {
    return undefined
  }
}
