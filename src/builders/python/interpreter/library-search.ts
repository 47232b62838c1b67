import { readdirSync } from 'node:fs'
import { join, posix } from 'node:path'
import { findPatchelf } from '../../../tools/patchelf.ts'
import { lastLines, runCommand } from '../../../tools/run-command.ts'
import type { ToolContext } from '../../../tools/tool.ts'
import { LIBRARY_DIRECTORY } from './bundled-libraries.ts'
import { elfFiles } from './elf-walk.ts'
import { InterpreterError } from './interpreter-error.ts'

/**
 * Makes the executable find the tree's libraries, for itself and for all that it loads later, and removes every other search path.
 * DT_RPATH, not DT_RUNPATH: it is looked at before LD_LIBRARY_PATH, which the user's shell may have set for other programs, and it
 * counts for the libraries of libraries too. The libraries themselves stay as they were built.
 * @returns whether the executable itself needs a library of the tree
 * @throws ToolError, InterpreterError INTERPRETER_PREPARE
 */
export async function pointToLibraries(root: string, executable: string, context: ToolContext): Promise<boolean> {
  const files = elfFiles(root)
  const bundled = new Set(libraryNames(root))
  const program = files.find(file => file.path === executable)
  if (program === undefined) return false
  const foreign = files.filter(file => file.path !== executable && file.elf.searchPath !== undefined)
  if (bundled.size > 0) {
    const path = `$ORIGIN/${posix.relative(posix.dirname(executable), LIBRARY_DIRECTORY)}`
    await patch(['--force-rpath', '--set-rpath', path, join(root, executable)], context)
  }
  if (foreign.length > 0) await patch(['--remove-rpath', ...foreign.map(file => join(root, file.path))], context)
  return program.elf.needed.some(soname => bundled.has(soname))
}

function libraryNames(root: string): string[] {
  const entries = readdirSync(join(root, LIBRARY_DIRECTORY), { withFileTypes: true })
  return entries.filter(entry => entry.isFile()).map(entry => entry.name)
}

async function patch(args: readonly string[], context: ToolContext): Promise<void> {
  const patchelf = await findPatchelf(context)
  const result = await runCommand(patchelf.command, args, { environment: context.environment })
  if (result.ok) return
  const message = `patchelf ${patchelf.version}: cannot set the library path: ${lastLines(result.stderr)}`
  throw new InterpreterError('INTERPRETER_PREPARE', message, { tool: 'patchelf', got: patchelf.version })
}
