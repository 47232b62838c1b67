import { sep } from 'node:path'
import type { PackageFile } from '../package/package-file.ts'
import { WorkenvError } from '../workenv/workenv-error.ts'
import { buildCommand, type ProgramCall } from './command.ts'
import { execMode, startProgram } from './exec.ts'
import { LaunchError } from './launch-error.ts'
import { type LaunchOptions, openForLaunch, type PreparedLaunch, prepareLaunch } from './prepare-launch.ts'
import { refuseLostArguments, tellLostVariables } from './utf8-check.ts'

/**
 * Verifies a package, unpacks it where that was not done yet, and becomes its program. Comes back only where the program had to be
 * spawned, with its exit status.
 * @throws FormatError, PackageError, CodecError, WorkenvError, LaunchError
 */
export async function launchPackage(options: LaunchOptions): Promise<number> {
  const [invoked = '', ...userArguments] = options.argv
  refuseLostArguments(userArguments)
  const pkg = await openForLaunch(options)
  const requested = options.environment.FLAVOR_COMMAND
  const invocation = { invoked, userArguments, requested }
  try {
    return await handOver(pkg, options, ({ values }) => buildCommand(pkg.metadata, values, invocation))
  } catch (thrown) {
    if (!(thrown instanceof WorkenvError) || !LADDER_CODES.has(thrown.code)) throw thrown
    const { launchFromMemory } = await import('./memory-program.ts')
    return await launchFromMemory(pkg, options, invocation, thrown)
  }
}

/** workenv §1.1: no directory will do. */
const LADDER_CODES: ReadonlySet<string> = new Set(['CACHE_UNUSABLE', 'CACHE_FULL'])

/** What a work environment that is ready is started with. */
type Command = (prepared: PreparedLaunch) => ProgramCall

/**
 * Becomes the program, or waits for it. workenv §7.8: where it does not start, once more from a tree that was checked and healed.
 * @throws as `launchPackage`
 */
export async function handOver(pkg: PackageFile, options: LaunchOptions, command: Command): Promise<number> {
  tellLostVariables(options.environment, options.log)
  for (let isDoubted = false; ; isDoubted = true) {
    const prepared = await prepareLaunch(pkg, options, isDoubted)
    const call = command(prepared)
    try {
      return await start(call, prepared, options)
    } catch (thrown) {
      if (isDoubted || !mayBeDamaged(call, prepared, thrown)) throw thrown
      const cause = thrown.detail.got ?? ''
      const { name } = pkg.metadata.package
      options.log('info', `${name}: ${call.program} did not start (${cause}), checking its work environment`)
    }
  }
}

/** workenv §7.8: whatever the system says of a program in the tree or of its interpreter, but that arguments are too long. */
function mayBeDamaged(call: ProgramCall, { workenv }: PreparedLaunch, thrown: unknown): thrown is LaunchError {
  if (!(thrown instanceof LaunchError) || !thrown.code.startsWith('PROGRAM_')) return false
  return thrown.code !== 'PROGRAM_ARGUMENTS' && call.program.startsWith(workenv.root + sep)
}

async function start(call: ProgramCall, prepared: PreparedLaunch, options: LaunchOptions): Promise<number> {
  if (prepared.workenv.fresh) {
    const { keepHouse } = await import('./after-first-run.ts')
    await keepHouse(prepared.workenv, options)
  }
  if (execMode(options.environment) === 'exec') prepared.workenv.holdAcrossExec()
  else prepared.workenv.hold()
  try {
    return await startProgram(call, prepared.variables, options)
  } finally {
    prepared.workenv.release()
  }
}
