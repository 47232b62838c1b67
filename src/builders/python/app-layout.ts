import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ensureDirectory } from '../../files/ensure-directory.ts'
import type { DerivedFile } from '../../format/metadata.ts'
import type { InterpreterTree } from './interpreter/interpreter-tree.ts'
import { START_UP_MODULE, type StartUpFacts, startUpModule } from './start-up.ts'

/** The shared slot of the interpreter, relative to the work environment. */
export const INTERPRETER_TARGET = 'python'

type Interpreter = Pick<InterpreterTree, 'version' | 'executable' | 'stdlib'>

/** Where packages are installed, relative to the work environment. */
export function sitePackages(interpreter: Interpreter): string {
  return join('lib', basename(interpreter.stdlib), 'site-packages')
}

/**
 * Makes the tree a virtual environment of the interpreter beside it.
 * @returns what only the place of the work environment completes (spec §6.5)
 */
export function writeLayout(tree: string, interpreter: Interpreter, facts: StartUpFacts): DerivedFile[] {
  const bin = join(tree, 'bin')
  const site = join(tree, sitePackages(interpreter))
  ensureDirectory(bin)
  ensureDirectory(site)
  for (const name of new Set(['python', 'python3', basename(interpreter.executable)])) {
    rmSync(join(bin, name), { force: true })
    symlinkSync(`../${INTERPRETER_TARGET}/${interpreter.executable}`, join(bin, name))
  }
  writeFileSync(join(site, `${START_UP_MODULE}.py`), startUpModule(facts))
  writeFileSync(join(site, `${START_UP_MODULE}.pth`), `import ${START_UP_MODULE}\n`)
  rmSync(join(tree, '.lock'), { force: true })
  return writeConfiguration(tree, interpreter)
}

/**
 * Without `home`, Python finds its library through the link in `bin`: that also holds after the cache was moved, where a path would
 * silently lead to the prefix of the machine that built the interpreter. Python 3.14 warns where it is missing.
 */
function writeConfiguration(tree: string, { version, executable }: Interpreter): DerivedFile[] {
  const text = `include-system-site-packages = false\nversion = ${version}\n`
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major === 3 && minor < 14) {
    writeFileSync(join(tree, 'pyvenv.cfg'), text)
    return []
  }
  const home = `home = {workenv}/${INTERPRETER_TARGET}/${dirname(executable)}\n`
  return [{ path: 'pyvenv.cfg', template: home + text, mode: '0644' }]
}
