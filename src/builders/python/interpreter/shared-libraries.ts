import { runCommand } from '../../../tools/run-command.ts'
import type { Environment } from '../../../tools/tool.ts'
import { isBaseLibrary } from './base-libraries.ts'
import { InterpreterError } from './interpreter-error.ts'

/** What the loader of this machine finds for one file. */
export interface LoadedLibraries {
  /** Paths by soname, of everything that the file needs directly or not; the C library's own are left out. */
  readonly found: ReadonlyMap<string, string>
  readonly missing: readonly string[]
}

/**
 * Asks the loader itself, as ldd does, which libraries a binary would get here. With `preload`, those as well, by soname: that is how
 * the loader is asked for a library that no binary of ours names.
 * @throws InterpreterError INTERPRETER_LIBRARY where the loader does not answer
 */
export async function listLibraries(
  loader: string,
  binary: string,
  environment: Environment,
  preload: readonly string[] = [],
): Promise<LoadedLibraries> {
  const variables = preload.length === 0 ? environment : { ...environment, LD_PRELOAD: preload.join(' ') }
  const result = await runCommand([loader], ['--list', binary], { environment: variables })
  const found = new Map<string, string>()
  const missing: string[] = []
  for (const line of result.stdout.split('\n')) {
    const [, soname, path] = /^\s*(\S+) => (.+?)(?: \(0x[0-9a-f]+\))?$/.exec(line) ?? []
    if (soname === undefined || path === undefined || isBaseLibrary(soname)) continue
    if (path === 'not found') missing.push(soname)
    else found.set(soname, path)
  }
  if (!result.ok && missing.length === 0) {
    const message = `${binary}: ${loader} cannot list its libraries: ${result.stderr.trim()}`
    throw new InterpreterError('INTERPRETER_LIBRARY', message, { file: binary })
  }
  return { found, missing: [...missing, ...preload.filter(soname => !found.has(soname))] }
}
