import { readdirSync, statSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import type { InstalledPython } from './installed-python.ts'
import { InterpreterError } from './interpreter-error.ts'
import { isPruned } from './pruned-files.ts'

/** A file of the machine that goes into the tree. */
export interface SourceFile {
  /** In the tree: `lib/python3.11/os.py`. */
  readonly path: string
  /** On the machine, absolute. */
  readonly source: string
  readonly isExecutable: boolean
  /** A library that the project's wheels need, not the interpreter. */
  readonly isExtra?: boolean
}

export interface SourceLayout {
  /** In the tree: `bin/python3.11`. */
  readonly executable: string
  /** In the tree: `lib/python3.11`. */
  readonly stdlib: string
  /** Sorted by path. The libraries that the binaries need are not among them. */
  readonly files: readonly SourceFile[]
}

/**
 * The executable and the standard library of an installation, without what is pruned. Links are followed: Debian keeps part of its
 * library in /etc, and a tree that is shipped holds files only.
 * @throws InterpreterError INTERPRETER_LAYOUT
 */
export function collectSourceFiles(python: InstalledPython): SourceLayout {
  const executable = `bin/python${python.version.split('.').slice(0, 2).join('.')}${python.abiflags}`
  const stdlib = placeBelow(python.prefix, python.stdlib)
  const files = new Map<string, SourceFile>()
  const add = (path: string, source: string, isExecutable: boolean) => files.set(path, { path, source, isExecutable })
  add(executable, python.executable, true)
  for (const path of listFiles(python.stdlib)) add(`${stdlib}/${path}`, join(python.stdlib, path), false)
  if (python.dynload !== null) {
    const dynload = placeBelow(python.execPrefix, python.dynload)
    for (const path of listFiles(python.dynload)) add(`${dynload}/${path}`, join(python.dynload, path), true)
  }
  if (!files.has(`${stdlib}/os.py`)) throw layoutError(python.stdlib, 'no os.py', 'a standard library')
  return { executable, stdlib, files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)) }
}

/** CPython finds its library by walking up from the executable, so both must lie below one prefix. */
function placeBelow(prefix: string, path: string): string {
  const place = relative(prefix, path)
  if (place === '' || place.startsWith('..') || isAbsolute(place)) {
    throw layoutError(path, `outside of ${prefix}`, `a directory below ${prefix}`)
  }
  return place
}

/** Regular files below a directory, through links, without what is pruned; bare directories are left out. */
function listFiles(root: string): string[] {
  const walk = (below: string): string[] =>
    readdirSync(join(root, below)).flatMap(name => {
      const path = below === '' ? name : `${below}/${name}`
      if (isPruned(path) || isPruned(`${path}/`)) return []
      const status = statSync(join(root, path), { throwIfNoEntry: false })
      if (status?.isDirectory()) return walk(path)
      return status?.isFile() ? [path] : []
    })
  return walk('')
}

function layoutError(file: string, got: string, want: string): InterpreterError {
  const message = `${file}: is ${got}, expected ${want}`
  const hint = 'name another interpreter with `--python uv:3.12` or `--python /path/to/python`'
  return new InterpreterError('INTERPRETER_LAYOUT', message, { file, got, want }, { hint })
}
