import { join } from 'node:path'
import { sitePackages } from './app-layout.ts'
import { type InstallContext, runnable } from './install-context.ts'
import { compileBytecode } from './interpreter/bytecode.ts'

/**
 * Compiles what is installed in `tree`, and says which files are no valid Python: wheels carry templates and tests of such a kind.
 * @throws InterpreterError INTERPRETER_PREPARE
 */
export async function compileSite(tree: string, { interpreter, onStep }: InstallContext): Promise<void> {
  onStep('compiling bytecode')
  const directories = [join(tree, sitePackages(interpreter))]
  const faulty = await compileBytecode({ python: runnable(interpreter).program, root: tree, directories })
  if (faulty.length > 0) onStep(`left as they are, because they are no valid Python: ${faulty.join(', ')}`)
}
