import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { loadLibc } from '../workenv/libc.ts'
import { LaunchError } from './launch-error.ts'

/** The running launcher as an open file. */
export interface OwnFile {
  readonly fd: number
  /** For messages, and for a program that wants its package: the path by which it was found. */
  readonly path: string
}

export interface SelfOptions {
  /** process.execPath: right where /proc is, otherwise what argv[0] says. */
  readonly execPath: string
  /** The kernel's link to the executable; its target is never read, because a path can be replaced and an open file cannot. */
  readonly link?: string
  /** AT_EXECFN. */
  readonly kernelPath?: string | undefined
}

/**
 * Spec §8.3: opens the file that is running: through the kernel's own link, else by the path that the kernel started, else by the
 * path that Node worked out.
 * @throws LaunchError SELF_NOT_READABLE, SELF_NOT_FOUND
 */
export function openOwnFile(options: SelfOptions): OwnFile {
  const { execPath, link = '/proc/self/exe' } = options
  const linked = openOrUndefined(link, execPath)
  if (linked !== undefined) return { fd: linked, path: execPath }
  const kernelPath = 'kernelPath' in options ? options.kernelPath : loadLibc()?.executablePath()
  const candidates = [kernelPath ?? '', execPath].filter(path => path !== '')
  for (const path of candidates) {
    const fd = openOrUndefined(path, path)
    if (fd !== undefined) return { fd, path }
  }
  const message = `cannot find the packed file: none of ${[link, ...candidates].join(', ')} is there (spec §8.3)`
  const hint = 'start it by its full path, or mount /proc'
  throw new LaunchError('SELF_NOT_FOUND', message, { want: execPath }, { hint })
}

function openOrUndefined(candidate: string, path: string): number | undefined {
  try {
    const fd = openSync(candidate, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    if (fstatSync(fd).isFile()) return fd
    closeSync(fd)
    return undefined
  } catch (cause) {
    const code = cause instanceof Error ? Reflect.get(cause, 'code') : undefined
    if (code !== 'EACCES' && code !== 'EPERM') return undefined
    const message = `${path}: may be run but not read: ${code}, expected read permission (spec §8.3)`
    const hint = 'the program inside of the file is read from it: give it read permission (chmod +r)'
    throw new LaunchError('SELF_NOT_READABLE', message, { file: path, got: `${code}` }, { cause, hint })
  }
}
