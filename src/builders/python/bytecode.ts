import { join } from 'node:path'
import { BuilderError } from '../builder-error.ts'
import { type InstallContext, runnable } from './install-context.ts'
import { compileBytecode } from './interpreter/bytecode.ts'
import { InterpreterError } from './interpreter/interpreter-error.ts'

/**
 * Compiles what is installed, as the standard library is compiled: bytes that depend on no place, time or number of processors.
 * @throws BuilderError BYTECODE_FAILED
 */
export async function compileSite(prefix: string, directory: string, context: InstallContext): Promise<void> {
  const { interpreter, onStep } = context
  onStep('compiling bytecode')
  try {
    const python = runnable(interpreter).program
    const names = await compileBytecode({ python, root: prefix, directories: [join(prefix, directory)] })
    // Wheels carry templates and tests of such a kind.
    if (names.length > 0) onStep(`left as they are, because they are no valid Python: ${names.join(', ')}`)
  } catch (cause) {
    if (!(cause instanceof InterpreterError)) throw cause
    const message = `${directory}: cannot be compiled: ${cause.message}`
    throw new BuilderError('BYTECODE_FAILED', message, { got: cause.message }, { cause })
  }
}
