import { join } from 'node:path'
import { sha256Hex } from '../../../crypto/sha256.ts'
import { PINNED_PATCHELF } from '../../../tools/pinned-tools.ts'
import type { ToolContext } from '../../../tools/tool.ts'
import { bundleLibraries } from './bundled-libraries.ts'
import { compileBytecode } from './bytecode.ts'
import type { InstalledPython } from './installed-python.ts'
import { InterpreterCache } from './interpreter-cache.ts'
import { InterpreterError } from './interpreter-error.ts'
import type { LockedInterpreter } from './interpreter-request.ts'
import type { InterpreterFacts, InterpreterTree } from './interpreter-tree.ts'
import { pointToLibraries } from './library-search.ts'
import { requiredGlibc } from './required-glibc.ts'
import { isSeldomImported } from './seldom-imported.ts'
import { collectSourceFiles, type SourceLayout } from './source-files.ts'
import { identifySource } from './source-tree.ts'
import { settleModes, writeTree } from './write-tree.ts'

/** Changes whenever the same source would be prepared to other bytes by this program. */
const RECIPE = 4

export interface RelocationRequest {
  readonly provider: 'uv' | 'vendored'
  readonly python: InstalledPython
  /** What wheels need beyond the C library, by soname. */
  readonly libraries: readonly string[]
}

/**
 * Makes a tree of an installed CPython that runs wherever it lies, or takes the one that was made of the same source before.
 * @throws InterpreterError, ToolError
 */
export async function relocateInterpreter(request: RelocationRequest, context: ToolContext): Promise<InterpreterTree> {
  const { python, provider } = request
  const layout = collectSourceFiles(python)
  const bundle = await bundleLibraries({
    layout,
    extra: request.libraries,
    withUnwinder: provider === 'vendored',
    environment: context.environment,
  })
  const source = identifySource(python, bundle.files)
  const key = cacheKey({ ...source, executable: layout.executable }, context)
  const cache = new InterpreterCache(context.cacheDirectory)
  const known = cache.find(key)
  if (known !== undefined) return { ...known.facts, provider, root: known.root }
  context.onStep?.(`preparing CPython ${python.version}: ${source.copied.length} files`)
  const made = await cache.add(key, async root => {
    writeTree(root, source, python, layout.executable)
    const needsOrigin = await pointToLibraries(root, layout.executable, context)
    await compileLibrary(root, layout)
    settleModes(root)
    return {
      ...describe(python, layout.executable, layout.stdlib),
      ...libcOf(root, bundle.loader),
      environment: needsOrigin ? { LD_ORIGIN_PATH: 'bin' } : {},
      sha256: source.sha256,
      libraries: source.libraries,
      notes: [...bundle.notes],
    }
  })
  return { ...made.facts, provider, root: made.root }
}

/**
 * The tree that was prepared of exactly the source that a lock names: found without asking any Python, which takes longer than all else
 * in a second pack.
 */
export function preparedInterpreter(
  locked: LockedInterpreter,
  libraries: readonly string[],
  context: ToolContext,
): InterpreterTree | undefined {
  const hashes = libraries.map(soname => [soname, locked.libraries?.[soname]] as const)
  if (hashes.some(([, hash]) => hash === undefined)) return undefined
  const { provider, sha256, version } = locked
  const executable = `bin/python${version.split('.').slice(0, 2).join('.')}`
  const key = cacheKey({ sha256, libraries: Object.fromEntries(hashes), executable }, context)
  const known = new InterpreterCache(context.cacheDirectory).find(key)
  return known && { ...known.facts, provider, root: known.root }
}

interface KeyInputs {
  readonly sha256: string
  readonly libraries: Readonly<Record<string, string | undefined>>
  readonly executable: string
}

function cacheKey({ sha256, libraries, executable }: KeyInputs, context: ToolContext): string {
  const patchelf = context.environment.FLAVOR_PATCHELF ?? PINNED_PATCHELF.version
  const sorted = Object.entries(libraries).sort(([a], [b]) => (a < b ? -1 : 1))
  return sha256Hex(Buffer.from(JSON.stringify([RECIPE, sha256, sorted, executable, patchelf])))
}

async function compileLibrary(root: string, layout: SourceLayout): Promise<void> {
  const python = join(root, layout.executable)
  const library = join(root, layout.stdlib)
  const skip = layout.files
    .map(({ path }) => path)
    .filter(path => path.startsWith(`${layout.stdlib}/`) && isSeldomImported(path.slice(layout.stdlib.length + 1)))
    .map(path => join(root, path))
  const failed = await compileBytecode({ python, root, directories: [library], skip })
  if (failed.length === 0) return
  const message = `${failed.join(', ')}: is no valid Python, expected a standard library that compiles`
  throw new InterpreterError('INTERPRETER_PREPARE', message, { file: failed.join(' ') })
}

function describe(
  python: InstalledPython,
  executable: string,
  stdlib: string,
): Pick<InterpreterFacts, 'version' | 'executable' | 'stdlib' | 'tags'> {
  const [major, minor] = python.version.split('.')
  return {
    version: python.version,
    executable,
    stdlib,
    tags: {
      python: `cp${major}${minor}`,
      abi: `cp${major}${minor}${python.abiflags}`,
      platform: python.platform.replace(/[-.]/g, '_'),
      cache: python.cacheTag,
      soabi: python.soabi,
    },
  }
}

function libcOf(root: string, loader: string | undefined): Pick<InterpreterFacts, 'libc' | 'libcVersion'> {
  if (loader === undefined) return { libc: 'system' }
  if (loader.includes('musl')) return { libc: 'musl' }
  const version = requiredGlibc(root)
  return { libc: 'glibc', ...(version === undefined ? {} : { libcVersion: version }) }
}
