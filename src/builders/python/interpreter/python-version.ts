import { satisfies, validRange } from '@renovatebot/pep440'
import { InterpreterError } from './interpreter-error.ts'

/** The oldest Python whose layout we know; the work environment's own needs no `home` from here up to UNTRIED. */
const OLDEST = '3.10'
/** Not chosen by itself, since no test has run it; a project may ask for it by name. */
const UNTRIED = '3.14'

/** What `requires-python` may be: nothing, or a PEP 440 specifier. */
export function checkSpecifier(requiresPython: string | undefined): void {
  if (requiresPython === undefined || validRange(requiresPython)) return
  const message = `requires-python: is ${JSON.stringify(requiresPython)}, expected a PEP 440 specifier such as ">=3.10"`
  throw new InterpreterError('INTERPRETER_REQUIRES', message, { field: 'requires-python', got: requiresPython })
}

export function serves(version: string, requiresPython: string | undefined): boolean {
  return satisfies(version, [`>=${OLDEST}`, requiresPython].filter(Boolean).join(','))
}

/**
 * Refuses an interpreter that the project or we cannot use.
 * @throws InterpreterError INTERPRETER_VERSION
 */
export function checkVersion(version: string, requiresPython: string | undefined, where: string): void {
  if (serves(version, requiresPython)) return
  const wants = satisfies(version, `>=${OLDEST}`) ? `requires-python ${requiresPython}` : `at least ${OLDEST}`
  const message = `${where}: is Python ${version}, expected ${wants}`
  const hint = 'name another one with `--python uv:3.12` or `--python /path/to/python`'
  throw new InterpreterError('INTERPRETER_VERSION', message, { file: where, got: version, want: wants }, { hint })
}

/** What uv is asked for when the project does not say: the newest that the project accepts and we have tried. */
export function defaultRequest(requiresPython: string | undefined): string {
  return [`>=${OLDEST}`, `<${UNTRIED}`, requiresPython].filter(Boolean).join(',')
}
