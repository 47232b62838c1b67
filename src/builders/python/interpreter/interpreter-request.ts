import { isAbsolute, resolve } from 'node:path'
import { InterpreterError } from './interpreter-error.ts'

/** Which interpreter a project asks for. `default`: uv-managed if it can be had, else vendored from PATH. */
export type InterpreterSpec =
  | { readonly provider: 'default' }
  | { readonly provider: 'uv'; readonly version: string }
  | { readonly provider: 'vendored'; readonly path: string }
  /** The user's own runs the program; the version is that of the one which installs the packages. */
  | { readonly provider: 'none'; readonly version?: string }

/** What flavor.lock holds of an interpreter. */
export interface LockedInterpreter {
  /** False where it only installed the packages. */
  readonly ships?: false | undefined
  readonly provider: 'uv' | 'vendored'
  readonly version: string
  readonly sha256: string
  readonly libraries?: Readonly<Record<string, string>>
}

export interface InterpreterRequest {
  readonly spec: Exclude<InterpreterSpec, { provider: 'none' }>
  /** The project's `requires-python`, a PEP 440 specifier. */
  readonly requiresPython?: string
  /** Shared libraries by soname that the project's wheels need beyond the C library (`missingLibraries`). */
  readonly libraries?: readonly string[]
  /** Where the project lies: uv reads its settings from there. */
  readonly directory?: string
  /** When given, exactly this one is provided, or nothing. */
  readonly locked?: LockedInterpreter
}

/**
 * Reads `--python`: absent, `uv:3.12`, `none`, `none:3.12`, or the path of a Python (one with a slash, relative to `directory`).
 * @throws InterpreterError INTERPRETER_SPEC
 */
export function parseInterpreterSpec(text: string | undefined, directory: string): InterpreterSpec {
  if (text === undefined || text === 'default') return { provider: 'default' }
  const [isNone, builder] = /^none(?::(\d+\.\d+))?$/.exec(text) ?? []
  if (isNone !== undefined) return { provider: 'none', ...(builder === undefined ? {} : { version: builder }) }
  const version = /^uv:(\d+\.\d+(?:\.\d+)?)$/.exec(text)?.[1]
  if (version !== undefined) return { provider: 'uv', version }
  if (isAbsolute(text) || text.includes('/')) return { provider: 'vendored', path: resolve(directory, text) }
  const message = `python: is ${JSON.stringify(text)}, expected uv:VERSION, the path of a Python, none, none:VERSION or default`
  const hint = 'for example `--python uv:3.12` or `--python /usr/bin/python3`'
  throw new InterpreterError('INTERPRETER_SPEC', message, { field: 'python', got: text }, { hint })
}
