import { constants } from 'node:os'
import { FlavorError } from '../format/flavor-error.ts'
import { PackageError } from '../package/package-error.ts'

/** workenv §1.3. */
const SPACE_ERRORS: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT'])

/** Why one rung of the ladder cannot be used. Never leaves this layer: the next rung is tried, or all of them become one error. */
export class RungFailure extends Error {
  readonly reason: string
  /** All was well but the space. */
  readonly isForSpace: boolean

  constructor(reason: string, isForSpace = false, cause?: unknown) {
    super(reason, { cause })
    this.name = 'RungFailure'
    this.reason = reason
    this.isForSpace = isForSpace
  }
}

/**
 * workenv §1.3: what an error means for the ladder: every error of the system is one of the place. Undefined for what would be the
 * same on every rung, such as a package that is damaged.
 */
export function asRungFailure(error: unknown): RungFailure | undefined {
  if (error instanceof RungFailure) return error
  const cause = error instanceof PackageError && error.code === 'OUTPUT_WRITE' ? error.cause : error
  if (!(cause instanceof Error) || cause instanceof FlavorError) return undefined
  const { path, syscall } = cause as NodeJS.ErrnoException
  const code = errorCode(cause)
  if (code === undefined || syscall === undefined) return undefined
  const where = path === undefined ? syscall : `${syscall} ${path}`
  const isForSpace = SPACE_ERRORS.has(code)
  // Node's `rmSync` knows the code of few errors; its message has the words of the system.
  const what = code === '' ? cause.message : code
  return new RungFailure(`${REASONS[code] ?? 'the system refuses'} (${what}, ${where})`, isForSpace, error)
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left',
  EDQUOT: 'no space is left for this user',
  EROFS: 'it is on a read-only file system',
  EACCES: 'it cannot be written to',
  EPERM: 'it cannot be written to',
  ENOTDIR: 'something on its path is no directory',
  ENAMETOOLONG: 'its path is too long',
  EIO: 'the device fails',
}

export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const { code, errno } = error as NodeJS.ErrnoException
  // libuv has no name for it, and calls it an unknown error with its number.
  return errno === -constants.errno.EDQUOT ? 'EDQUOT' : code
}
