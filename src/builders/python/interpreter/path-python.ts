import { searchPath } from '../../../tools/search-path.ts'
import type { Environment } from '../../../tools/tool.ts'
import { type InstalledPython, probePython } from './installed-python.ts'
import { InterpreterError } from './interpreter-error.ts'
import { serves } from './python-version.ts'

/** The names under which a machine offers Pythons; the first is what the user runs. */
const NAMES = ['python3', 'python', 'python3.13', 'python3.12', 'python3.11', 'python3.10'] as const

/**
 * The first Python on PATH that serves the project. Stubs of version managers that run nothing are passed over.
 * @param exact when given, no other version serves
 * @throws InterpreterError INTERPRETER_NOT_FOUND
 */
export async function findPathPython(
  requiresPython: string | undefined,
  exact: string | undefined,
  environment: Environment,
): Promise<InstalledPython> {
  const seen: string[] = []
  for (const path of NAMES.flatMap(name => searchPath(name, environment))) {
    const python = await tryProbe(path, environment)
    if (python === undefined) continue
    const fits = exact === undefined ? serves(python.version, requiresPython) : python.version === exact
    if (fits) return python
    seen.push(`${path} is ${python.version}`)
  }
  const wants = exact ?? requiresPython ?? 'any'
  const got = seen.length === 0 ? 'no Python' : seen.join(', ')
  const message = `PATH: ${got}, expected a CPython of version ${wants}`
  const hint = 'name one with `--python /path/to/python` or `--python uv:3.12`'
  throw new InterpreterError('INTERPRETER_NOT_FOUND', message, { got, want: wants }, { hint })
}

async function tryProbe(path: string, environment: Environment): Promise<InstalledPython | undefined> {
  try {
    return await probePython(path, environment)
  } catch (error) {
    if (error instanceof InterpreterError && error.code === 'INTERPRETER_UNUSABLE') return undefined
    throw error
  }
}
