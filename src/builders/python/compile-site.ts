import { join } from 'node:path'
import { sitePackages } from './app-layout.ts'
import { type InstallContext, runnable } from './install-context.ts'
import { compileBytecode } from './interpreter/bytecode.ts'

/** Some packages, such as httpie, depend on pip to start it as a tool, seldom if ever: its bytecode would be 1 MB of each of them. */
const LEFT_AS_SOURCE = ['pip']

/**
 * Compiles what is installed in `tree`, and says which files are no valid Python: wheels carry templates and tests of such a kind.
 * @throws InterpreterError INTERPRETER_PREPARE
 */
export async function compileSite(tree: string, { interpreter, onStep }: InstallContext): Promise<void> {
  onStep('compiling bytecode')
  const site = join(tree, sitePackages(interpreter))
  const skip = LEFT_AS_SOURCE.map(name => join(site, name))
  const faulty = await compileBytecode({ python: runnable(interpreter).program, root: tree, directories: [site], skip })
  if (faulty.length > 0) onStep(`left as they are, because they are no valid Python: ${faulty.join(', ')}`)
}
