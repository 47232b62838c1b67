import { join } from 'node:path'
import { sitePackages } from './app-layout.ts'
import { type InstallContext, runnable } from './install-context.ts'
import { compileBytecode } from './interpreter/bytecode.ts'
import { leftAsSource } from './left-as-source.ts'

/**
 * Compiles what is installed in `tree`, and says which files are no valid Python: wheels carry templates and tests of such a kind.
 * @throws InterpreterError INTERPRETER_PREPARE
 */
export async function compileSite(tree: string, { interpreter, onStep }: InstallContext): Promise<void> {
  onStep('compiling bytecode')
  const site = join(tree, sitePackages(interpreter))
  const python = runnable(interpreter).program
  const skip = leftAsSource(site)
  const faulty = await compileBytecode({ python, root: tree, directories: [site], skip })
  if (faulty.length > 0) onStep(`left as they are, because they are no valid Python: ${faulty.join(', ')}`)
}
