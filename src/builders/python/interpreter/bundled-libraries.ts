import { basename } from 'node:path'
import type { Environment } from '../../../tools/tool.ts'
import { isBaseLibrary } from './base-libraries.ts'
import { readElfFile } from './elf-walk.ts'
import { InterpreterError } from './interpreter-error.ts'
import { type LoadedLibraries, listLibraries } from './shared-libraries.ts'
import type { SourceFile, SourceLayout } from './source-files.ts'

/** Where the libraries lie in a tree. */
export const LIBRARY_DIRECTORY = 'lib'
/**
 * Not needed by any file, but glibc itself opens it when a thread ends before its program (pthread_exit), and aborts the program
 * where it is not there.
 */
const UNWINDER = 'libgcc_s.so.1'

export interface BundleRequest {
  readonly layout: SourceLayout
  /** What wheels need beyond the C library, by soname. */
  readonly extra: readonly string[]
  /** A uv-managed interpreter is built against an old glibc and stays so without libraries of this machine. */
  readonly withUnwinder: boolean
  readonly environment: Environment
}

export interface Bundle {
  /** The layout with its libraries, and without modules whose libraries this machine does not have. */
  readonly files: readonly SourceFile[]
  /** The loader that the executable asks for; undefined where it is no ELF file. */
  readonly loader?: string
  readonly notes: readonly string[]
}

/**
 * Adds the shared libraries that a machine with a bare C library lacks, each once, under its soname.
 * @throws InterpreterError INTERPRETER_LIBRARY, INTERPRETER_ELF, INTERPRETER_LAYOUT
 */
export async function bundleLibraries(request: BundleRequest): Promise<Bundle> {
  const { layout, environment } = request
  const program = layout.files.find(file => file.path === layout.executable)
  const elf = program && readElfFile(program.source, program.path)
  if (program === undefined || elf === undefined) return { files: layout.files, notes: [] }
  const loader = elf.interpreter
  if (loader === undefined) throw staticError(program)
  const needers = layout.files.filter(needsLibraries)
  const answers = await Promise.all(needers.map(file => listLibraries(loader, file.source, environment)))
  const usable = new Map<string, string>()
  const broken = new Map<string, string>()
  for (const [position, file] of needers.entries()) {
    const { found = new Map<string, string>(), missing = [] } = answers[position] ?? {}
    if (missing.length > 0) broken.set(file.path, missing.join(', '))
    else for (const [soname, path] of found) if (!usable.has(soname)) usable.set(soname, path)
  }
  const lost = broken.get(program.path)
  if (lost !== undefined) throw libraryError(program.source, lost)
  const seek = (sonames: readonly string[]) => listLibraries(loader, program.source, environment, sonames)
  const unwinder = await seekUnwinder(request, loader, seek)
  const own = new Map([...unwinder.found, ...usable])
  const extra = await seekExtra(request.extra, own, seek)
  const kept = layout.files.filter(file => !broken.has(file.path))
  const files = [...kept, ...placeLibraries(own, false), ...placeLibraries(extra, true)]
  const notes = [...broken].map(([path, missing]) => `left out ${basename(path)}: ${missing} is missing here`)
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), loader, notes: [...notes, ...unwinder.notes] }
}

type Seek = (sonames: readonly string[]) => Promise<LoadedLibraries>

async function seekUnwinder(
  request: BundleRequest,
  loader: string,
  seek: Seek,
): Promise<{ found: ReadonlyMap<string, string>; notes: string[] }> {
  if (!request.withUnwinder || loader.includes('musl')) return { found: new Map(), notes: [] }
  const { found, missing } = await seek([UNWINDER])
  return { found, notes: missing.map(soname => `left out ${soname}: it is missing here`) }
}

/** The libraries that no file of the interpreter names. */
async function seekExtra(
  extra: readonly string[],
  own: ReadonlyMap<string, string>,
  seek: Seek,
): Promise<Map<string, string>> {
  const wanted = extra.filter(soname => !own.has(soname))
  if (wanted.length === 0) return new Map()
  const { found, missing } = await seek(wanted)
  if (missing.length > 0) throw libraryError('the project', missing.join(', '))
  return new Map([...found].filter(([soname]) => !own.has(soname)))
}

function needsLibraries(file: SourceFile): boolean {
  if (!file.isExecutable) return false
  return readElfFile(file.source, file.path)?.needed.some(soname => !isBaseLibrary(soname)) ?? false
}

function placeLibraries(libraries: ReadonlyMap<string, string>, isExtra: boolean): SourceFile[] {
  return [...libraries].map(([soname, source]) => {
    return { path: `${LIBRARY_DIRECTORY}/${soname}`, source, isExecutable: true, isExtra }
  })
}

function libraryError(needer: string, missing: string): InterpreterError {
  const message = `${needer}: needs ${missing}, which this machine does not have`
  const hint = 'install the library here: it is copied into the package'
  return new InterpreterError('INTERPRETER_LIBRARY', message, { file: needer, want: missing }, { hint })
}

function staticError(program: SourceFile): InterpreterError {
  const message = `${program.source}: is linked statically, expected an executable that can load extension modules`
  return new InterpreterError('INTERPRETER_LAYOUT', message, { file: program.source })
}
