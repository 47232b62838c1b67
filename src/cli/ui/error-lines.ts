import { FlavorError } from '../../format/flavor-error.ts'
import { CliError } from '../cli-error.ts'
import type { Paint } from './colour.ts'
import { plainLines } from './plain-text.ts'

/** What an error looks like with --json: one line on stderr. */
export interface ErrorObject {
  readonly type: 'error'
  readonly code: string
  readonly message: string
  readonly detail: Readonly<Record<string, string>>
  readonly hint?: string
  readonly exit: number
}

/** Everything that can be thrown, as one of our errors: what is none is a refusal of the operating system, or a bug. */
export function asFlavorError(error: unknown): FlavorError {
  if (error instanceof FlavorError) return error
  if (isSystemError(error)) {
    const file = error.path ?? ''
    const hint = SYSTEM_HINTS[error.code] ?? 'check the file, the permissions and the free space'
    return new CliError('SYSTEM', error.message, file === '' ? {} : { file }, { hint, cause: error })
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : `something threw ${String(error)}`
  const hint = 'this is a bug in flavor: FLAVOR_DEBUG=1 shows where it happened, please report that'
  return new CliError('INTERNAL', message, {}, { hint, cause: error })
}

export function errorObject(error: FlavorError, exit: number): ErrorObject {
  const hint = error.hint === undefined ? {} : { hint: error.hint }
  return { type: 'error', code: error.code, message: error.message, detail: error.detail, ...hint, exit }
}

/** `flavor: error[CODE]: message` and, where there is one, `flavor: hint: ...`. */
export function errorLines(error: FlavorError, paint: Paint): string {
  const label = paint(`error[${error.code}]`, 'bold', 'red')
  const lines = `flavor: ${label}: ${plainLines(error.message)}\n`
  return error.hint === undefined ? lines : `${lines}flavor: ${paint('hint', 'cyan')}: ${plainLines(error.hint)}\n`
}

/** The stacks of an error and of its causes, for FLAVOR_DEBUG=1. */
export function stackLines(error: FlavorError): string {
  const stacks: string[] = []
  let current: unknown = error
  // The bound keeps a cause that names itself from going on for ever.
  while (current instanceof Error && stacks.length < 16) {
    stacks.push(plainLines(current.stack ?? current.message, ''))
    current = current.cause
  }
  return `${stacks.join('\ncaused by ')}\n`
}

const SYSTEM_HINTS: Readonly<Record<string, string>> = {
  ENOSPC: 'free some space and try again',
  EDQUOT: 'your quota is used up: free some space and try again',
  EACCES: 'check the permissions of the file and of its directory',
  EPERM: 'check the permissions of the file and of its directory',
  EROFS: 'the file system is read-only: choose another place',
  EMFILE: 'too many files are open: raise the limit (ulimit -n)',
}

interface SystemError extends Error {
  readonly code: string
  readonly syscall: string
  readonly path?: string
}

/** Node marks what the operating system refused with the call that it refused. */
function isSystemError(error: unknown): error is SystemError {
  if (!(error instanceof Error)) return false
  return typeof Reflect.get(error, 'syscall') === 'string' && typeof Reflect.get(error, 'code') === 'string'
}
