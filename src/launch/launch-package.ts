import { buildCommand, type ProgramCall } from './command.ts'
import { type ExecMode, execProgram, spawnProgram } from './exec.ts'
import { type LaunchOptions, type PreparedLaunch, prepareLaunch } from './prepare-launch.ts'
import { refuseLostArguments, tellLostVariables } from './utf8-check.ts'

/**
 * Verifies a package, unpacks it where that was not done yet, and becomes its program. Comes back only where the program had to be
 * spawned, with its exit status.
 * @throws FormatError, PackageError, CodecError, WorkenvError, LaunchError
 */
export async function launchPackage(options: LaunchOptions): Promise<number> {
  const [invoked = '', ...userArguments] = options.argv
  refuseLostArguments(userArguments)
  const prepared = await prepareLaunch(options)
  const requested = options.environment.FLAVOR_COMMAND
  const call = buildCommand(prepared.pkg.metadata, prepared.values, { invoked, userArguments, requested })
  return handOver(call, prepared, options)
}

/** Becomes the program, or waits for it. */
export async function handOver(call: ProgramCall, prepared: PreparedLaunch, options: LaunchOptions): Promise<number> {
  const { workenv, variables } = prepared
  tellLostVariables(options.environment, options.log)
  options.log('debug', `${execMode(options.environment)} ${call.program}, ${call.argv.length - 1} arguments`)
  if (workenv.fresh) {
    const { keepHouse } = await import('./after-first-run.ts')
    await keepHouse(workenv, options)
  }
  if (execMode(options.environment) === 'exec') execProgram(call, variables)
  try {
    return await spawnProgram(call, variables)
  } finally {
    workenv.release()
  }
}

/** Spec §8.1: FLAVOR_EXEC_MODE; a system that cannot replace a process spawns. */
export function execMode(environment: LaunchOptions['environment']): ExecMode {
  const isPossible = process.platform !== 'win32' && process.execve !== undefined
  return isPossible && environment.FLAVOR_EXEC_MODE !== 'spawn' ? 'exec' : 'spawn'
}
