import { InterpreterError } from '../interpreter/interpreter-error.ts'
import type { InterpreterTree } from '../interpreter/interpreter-tree.ts'

/** One part of a PEP 440 specifier: `==3.12.*` is `['==', [3, 12], true]`. */
export type Clause = readonly [operator: string, release: readonly number[], isPrefix: boolean]

/** Which of the user's Pythons may run a package that brings none. */
export interface PythonDemand {
  /** `[3, 11]`: what the packages were chosen and compiled for. */
  readonly minor: readonly [number, number]
  /** Set where something installed works with that minor version, on that ABI and platform only. */
  readonly soabi?: string
  readonly clauses: readonly Clause[]
  /** For the message of a machine that has none. */
  readonly text: string
}

const CLAUSE = /^(~=|==|!=|<=|>=|<|>)\s*(\d+(?:\.\d+)*)(\.\*)?$/

/**
 * What is looked for at run time. The packages were resolved for the version that installed them and newer ones, so older ones never
 * serve.
 * @throws InterpreterError INTERPRETER_REQUIRES for a specifier that a start script cannot judge
 */
export function pythonDemand(
  interpreter: Pick<InterpreterTree, 'version' | 'tags'>,
  isBound: boolean,
  requiresPython: string | undefined,
): PythonDemand {
  const [major = 0, lower = 0] = interpreter.version.split('.').map(Number)
  const minor = `${major}.${lower}`
  const { soabi } = interpreter.tags
  const base = isBound ? `CPython ${minor} (${soabi})` : `CPython ${minor} or newer`
  return {
    minor: [major, lower],
    ...(isBound ? { soabi } : {}),
    clauses: (requiresPython ?? '').split(',').filter(Boolean).map(parseClause),
    text: requiresPython === undefined ? base : `${base} with requires-python ${requiresPython}`,
  }
}

function parseClause(text: string): Clause {
  const [, operator, release, suffix] = CLAUSE.exec(text.trim()) ?? []
  const isPrefix = suffix !== undefined
  const isJudged = isPrefix ? operator === '==' || operator === '!=' : operator !== '~=' || release?.includes('.')
  if (operator !== undefined && release !== undefined && isJudged)
    return [operator, release.split('.').map(Number), isPrefix]
  const message = `requires-python: is ${JSON.stringify(text.trim())}, which cannot be judged at run time, expected numbers such as ">=3.10"`
  const hint = 'write final versions, or ship an interpreter: `--python uv:3.12`'
  throw new InterpreterError('INTERPRETER_REQUIRES', message, { field: 'requires-python', got: text.trim() }, { hint })
}
