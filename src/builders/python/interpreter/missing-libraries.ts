import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { isBaseLibrary } from './base-libraries.ts'
import { elfFiles } from './elf-walk.ts'

/**
 * The libraries, by soname, that ELF files below `directories` need and that neither the directories themselves nor a machine with a
 * bare C library have: what a wheel such as numpy's leaves to the machine (libstdc++). Sorted.
 * @throws InterpreterError INTERPRETER_ELF
 */
export function missingLibraries(directories: readonly string[]): string[] {
  const names = directories.flatMap(directory => readdirSync(directory, { recursive: true, encoding: 'utf8' }))
  const present = new Set(names.map(name => basename(name)))
  const needed = directories.flatMap(elfFiles).flatMap(found => found.elf.needed)
  return [...new Set(needed)].filter(name => !isBaseLibrary(name) && !present.has(name)).sort()
}
