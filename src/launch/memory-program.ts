import { closeSync } from 'node:fs'
import { decodeFile } from '../package/extract.ts'
import type { PackageFile } from '../package/package-file.ts'
import { writeFully } from '../package/tree-builder.ts'
import { loadLibc, type MemoryFile } from '../workenv/libc.ts'
import { errorCode } from '../workenv/rung-failure.ts'
import { singleProgram } from '../workenv/single-program.ts'
import { WorkenvError } from '../workenv/workenv-error.ts'
import { planWorkenv } from '../workenv/workenv-plan.ts'
import { buildCommand, type Invocation } from './command.ts'
import { startProgram } from './exec.ts'
import { type LaunchOptions, valuesWithoutWorkenv } from './prepare-launch.ts'

/**
 * workenv §1.4: the last rung of the ladder. A package that is one program runs from memory where no directory can hold it.
 * @param failure why there is no work environment; thrown where this rung does not work either
 * @throws WorkenvError CACHE_UNUSABLE, CACHE_FULL; PackageError, CodecError; LaunchError as `startProgram`
 */
export async function launchFromMemory(
  pkg: PackageFile,
  options: LaunchOptions,
  invocation: Invocation,
  failure: WorkenvError,
): Promise<number> {
  const slot = singleProgram(pkg, planWorkenv(pkg, process.platform))
  if (slot === undefined || process.platform !== 'linux') throw failure
  const libc = loadLibc()
  if (libc === undefined) throw withReason(failure, 'this Node cannot call the C library, which makes such files')
  const file = libc.memoryFile()
  if (file === undefined) throw withReason(failure, 'the system makes no file in memory that can be run')
  try {
    await decodeFile(pkg, slot, bytes => writeMemory(file, bytes, failure))
    const path = file.seal()
    if (path === undefined) throw withReason(failure, 'the system does not seal the file in memory, or has no /proc')
    const { name } = pkg.metadata.package
    options.log('warn', `${name}: runs from memory (memfd): ${failure.message}`)
    const { values, variables } = valuesWithoutWorkenv(pkg, options)
    const call = buildCommand(pkg.metadata, values, invocation)
    return await startProgram({ ...call, program: path }, variables, options)
  } finally {
    closeSync(file.fd())
  }
}

function writeMemory(file: MemoryFile, bytes: Uint8Array, failure: WorkenvError): void {
  try {
    writeFully(file.fd(), bytes)
  } catch (error) {
    throw withReason(failure, `the system refuses (${errorCode(error)})`)
  }
}

function withReason(failure: WorkenvError, reason: string): WorkenvError {
  const { code, message, detail, hint } = failure
  const options = { cause: failure.cause, ...(hint === undefined ? {} : { hint }) }
  return new WorkenvError(code, `${message}; memfd: ${reason}`, { ...detail, memfd: reason }, options)
}
