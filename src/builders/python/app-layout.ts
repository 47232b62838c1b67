import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ensureDirectory } from '../../files/ensure-directory.ts'
import type { DerivedFile } from '../../format/metadata.ts'
import type { InterpreterTree } from './interpreter/interpreter-tree.ts'
import { SLOTS_MODULE, slotsModule } from './slots-module.ts'
import { START_UP_MODULE, type StartUpFacts, startUpModule } from './start-up.ts'
import { CHOOSER, chooserScript } from './user-python/chooser.ts'
import type { PythonDemand } from './user-python/python-demand.ts'
import { startScript } from './user-python/start-script.ts'

/** The shared slot of the interpreter, relative to the work environment. */
export const INTERPRETER_TARGET = 'python'

export interface LayoutFacts extends StartUpFacts {
  /** Present where the package brings no interpreter. */
  readonly demand?: PythonDemand
  /** The package has lazy slots, which its program asks for. */
  readonly hasLazySlots?: boolean
}

type Interpreter = Pick<InterpreterTree, 'version' | 'executable' | 'stdlib'>

/** Where packages are installed, relative to the work environment. */
export function sitePackages(interpreter: Interpreter): string {
  return join('lib', basename(interpreter.stdlib), 'site-packages')
}

/**
 * Makes the tree a virtual environment of the interpreter beside it, or lets a script find the user's.
 * @returns what only the place of the work environment completes (spec §6.5)
 */
export function writeLayout(tree: string, interpreter: Interpreter, facts: LayoutFacts): DerivedFile[] {
  const bin = join(tree, 'bin')
  const site = join(tree, sitePackages(interpreter))
  ensureDirectory(bin)
  ensureDirectory(site)
  writeFileSync(join(site, `${START_UP_MODULE}.py`), startUpModule(facts))
  writeFileSync(join(site, `${START_UP_MODULE}.pth`), `import ${START_UP_MODULE}\n`)
  if (facts.hasLazySlots === true) writeFileSync(join(site, `${SLOTS_MODULE}.py`), slotsModule())
  rmSync(join(tree, '.lock'), { force: true })
  const names = ['python', 'python3', basename(interpreter.executable)]
  for (const name of names) rmSync(join(bin, name), { force: true })
  if (facts.demand !== undefined) {
    writeStartScript(tree, facts.demand)
    return []
  }
  for (const name of new Set(names)) symlinkSync(`../${INTERPRETER_TARGET}/${interpreter.executable}`, join(bin, name))
  return writeConfiguration(tree, interpreter)
}

function writeStartScript(tree: string, demand: PythonDemand): void {
  writeFileSync(join(tree, 'bin/python3'), startScript(demand), { mode: 0o755 })
  symlinkSync('python3', join(tree, 'bin/python'))
  ensureDirectory(dirname(join(tree, CHOOSER)))
  writeFileSync(join(tree, CHOOSER), chooserScript(demand))
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
