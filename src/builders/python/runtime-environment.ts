import type { RuntimeEnv } from '../../format/metadata.ts'
import type { ProjectEnvironment } from '../../manifest/project.ts'
import type { InterpreterTree } from './interpreter/interpreter-tree.ts'

/** These lead the interpreter to files of somebody else, or away from its own: no package runs with them. */
const MISLEADING = ['PYTHONHOME', 'PYTHONPLATLIBDIR', 'PYTHONEXECUTABLE', 'PYTHONPYCACHEPREFIX', '__PYVENV_LAUNCHER__']

/** These bring in other code than the package has; `isolated = false` lets them through. */
const FOREIGN = [
  'PYTHONPATH',
  'PYTHONSTARTUP',
  'PYTHONUSERBASE',
  'PYTHONBREAKPOINT',
  'PYTHONWARNINGS',
  'PYTHON_PRESITE',
]

/** Spec §7.2: what happens to the caller's variables. A name in \`pass\` is the packer's own decision and stays. */
export function runtimeEnvironment(environment: ProjectEnvironment): RuntimeEnv {
  const { isolated, unset, pass, map, set } = environment
  const removed = [...MISLEADING, ...(isolated ? FOREIGN : []), ...unset]
  return { pass, unset: [...new Set(removed)], map, set }
}

/**
 * Variables of the program. The bytecode is complete, and a run writes nothing into the work environment, whatever optimisation level
 * somebody asks for.
 */
export function programEnvironment(interpreter: InterpreterTree, target: string): Record<string, string> {
  const environment = interpreter.ships === false ? {} : interpreter.environment
  const paths = Object.entries(environment).map(([name, path]) => [name, `{workenv}/${target}/${path}`])
  return { PYTHONDONTWRITEBYTECODE: '1', ...Object.fromEntries(paths) }
}
