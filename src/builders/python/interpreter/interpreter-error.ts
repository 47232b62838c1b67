import { type CodeTable, type ErrorDetail, FlavorError, type FlavorErrorOptions } from '../../../format/flavor-error.ts'

const building = { exit: 1, launcherExit: 108 } as const
const missing = { exit: 1, launcherExit: 110 } as const

/** Every way in which a package can fail to get its interpreter. */
export const INTERPRETER_CODES = {
  INTERPRETER_SPEC: { exit: 2, launcherExit: 109, meaning: 'the interpreter is not named in a form that we know' },
  INTERPRETER_REQUIRES: { exit: 2, launcherExit: 109, meaning: 'requires-python is not a version specifier' },
  INTERPRETER_NOT_FOUND: { ...missing, meaning: 'there is no interpreter that serves' },
  INTERPRETER_UNUSABLE: { ...missing, meaning: 'what was named is no CPython that runs' },
  INTERPRETER_VERSION: { ...missing, meaning: 'the version of the interpreter does not serve' },
  INTERPRETER_DOWNLOAD: { ...missing, exit: 4, meaning: 'uv cannot download the interpreter' },
  INTERPRETER_HASH: { ...missing, exit: 3, meaning: 'the archive that uv downloaded is not the one that it knows' },
  INTERPRETER_LOCKED: { ...missing, exit: 3, meaning: 'the interpreter is not the one that flavor.lock holds' },
  INTERPRETER_PLATFORM: {
    ...building,
    meaning: 'an interpreter cannot be vendored, or done without, on this platform',
  },
  INTERPRETER_LAYOUT: { ...building, meaning: 'the files of the interpreter do not lie as those of a CPython do' },
  INTERPRETER_LIBRARY: { ...building, meaning: 'a shared library that is needed is not on this machine' },
  INTERPRETER_ELF: { ...building, meaning: 'a binary is malformed or of a kind that we do not read' },
  INTERPRETER_PREPARE: { ...building, meaning: 'the interpreter cannot be made relocatable' },
  INTERPRETER_CACHE: { ...building, meaning: 'the interpreter cannot be kept in the cache' },
} as const satisfies CodeTable

export type InterpreterCode = keyof typeof INTERPRETER_CODES

/** A failure to find, check or prepare an interpreter. */
export class InterpreterError extends FlavorError {
  declare readonly code: InterpreterCode

  constructor(code: InterpreterCode, message: string, detail: ErrorDetail = {}, options: FlavorErrorOptions = {}) {
    super(INTERPRETER_CODES[code], code, message, detail, options)
  }
}
