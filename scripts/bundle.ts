/**
 * Bundles src/cli into .cache/flavor for scripts/flavor: one chunk per verb, so that `--version` loads next to nothing, and V8's
 * code cache beside them. Exits 1 without a word where .cache cannot be written; the caller then runs the sources.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const ENTRY = 'flavor.js'
/** A process that was started from the bundle before may still load its chunks; after a day none does. */
const KEEP_OLD_CHUNKS_MS = 24 * 60 * 60 * 1000

const root = join(import.meta.dirname, '..')
const directory = join(root, '.cache', 'flavor')

try {
  mkdirSync(directory, { recursive: true })
  const started = new Date()
  const chunks = await bundle()
  // The entry goes last: it names the other chunks by their hashes, so a reader finds the old bundle or the new one, never a mixture.
  chunks.sort((a, b) => Number(a.name === ENTRY) - Number(b.name === ENTRY))
  // Dated by the start, so that a source that was saved while esbuild ran is newer than the bundle.
  for (const chunk of chunks) publish(chunk.name, chunk.contents, started)
  sweep(new Set(chunks.map(chunk => chunk.name)))
} catch (error) {
  // esbuild has printed what is wrong with the sources.
  const code = (error as NodeJS.ErrnoException).code
  if (code !== 'EACCES' && code !== 'EROFS' && code !== 'EPERM' && !isBuildFailure(error)) throw error
  process.exitCode = 1
}

function isBuildFailure(error: unknown): boolean {
  return error instanceof Error && 'errors' in error
}

async function bundle(): Promise<{ name: string; contents: string }[]> {
  const result = await build({
    stdin: {
      contents: `
        process.getBuiltinModule('node:module').enableCompileCache(import.meta.dirname + '/compiled')
        await import('./src/cli/main.ts')`,
      resolveDir: root,
    },
    outdir: directory,
    entryNames: ENTRY.slice(0, -3),
    chunkNames: '[name]-[hash]',
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node26',
    // esbuild finds its own binary by where it lies.
    external: ['esbuild'],
    // CommonJS dependencies ask for Node's modules with `require`.
    banner: { js: `const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);` },
    logLevel: 'error',
  })
  return result.outputFiles.map(file => ({ name: basename(file.path), contents: importBuiltinsLazily(file.text) }))
}

/**
 * An `import` of one of Node's modules asks it for all of its exports, and the getters among them load streams, promises and a diff
 * algorithm: 4 ms of every start. Taking only the names that are used does not. esbuild writes each import in one of three forms.
 */
function importBuiltinsLazily(text: string): string {
  const builtin = (name: string) => `process.getBuiltinModule("${name}")`
  return text
    .replace(/^import \{([^}]*)\} from "(node:[\w/]+)";$/gm, (_, names: string, name: string) => {
      return `const {${names.replaceAll(' as ', ': ')}} = ${builtin(name)};`
    })
    .replace(
      /^import (\w+) from "(node:[\w/]+)";$/gm,
      (_, local: string, name: string) => `const ${local} = ${builtin(name)};`,
    )
    .replace(
      /^import \* as (\w+) from "(node:[\w/]+)";$/gm,
      (_, local: string, name: string) => `const ${local} = ${builtin(name)};`,
    )
}

function publish(name: string, contents: string, date: Date): void {
  const path = join(directory, name)
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, contents)
  utimesSync(temporary, date, date)
  renameSync(temporary, path)
}

/** Removes what no process can still load; V8's cache of chunks that are still in use is made again by their next start. */
function sweep(current: ReadonlySet<string>): void {
  for (const path of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const status = statSync(join(directory, path), { throwIfNoEntry: false })
    const old = status?.isFile() === true && Date.now() - status.mtimeMs > KEEP_OLD_CHUNKS_MS
    if (old && !current.has(path)) rmSync(join(directory, path), { force: true })
  }
}
