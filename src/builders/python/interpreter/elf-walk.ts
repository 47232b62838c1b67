import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { type ElfFile, isElf, parseElf, type ReadAt } from './elf-file.ts'

export interface FoundElf {
  /** Relative to the directory that was walked. */
  readonly path: string
  readonly elf: ElfFile
}

/**
 * Every ELF file below a directory, in the order of their paths. Links are not followed: what they lead to is walked where it lies.
 * @throws InterpreterError INTERPRETER_ELF for one that the loader could not read either
 */
export function elfFiles(directory: string): FoundElf[] {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
  const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  paths.sort()
  return paths.flatMap(path => {
    const relative = path.slice(directory.length).replace(/^\/+/, '')
    const elf = readElfFile(path, relative)
    return elf === undefined ? [] : [{ path: relative, elf }]
  })
}

/** Reads only the parts that matter: a wheel's library may have gigabytes. Gives undefined for what is no ELF file. */
export function readElfFile(path: string, where: string): ElfFile | undefined {
  const fd = openSync(path, 'r')
  try {
    const readAt: ReadAt = (offset, length) => {
      const bytes = new Uint8Array(length)
      return bytes.subarray(0, readSync(fd, bytes, 0, length, offset))
    }
    return isElf(readAt(0, 4)) ? parseElf(readAt, where) : undefined
  } finally {
    closeSync(fd)
  }
}
