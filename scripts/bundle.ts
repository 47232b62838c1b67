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
  const code = (error as NodeJS.ErrnoException).code
  if (code !== 'EACCES' && code !== 'EROFS' && code !== 'EPERM') throw error
  process.exitCode = 1
}

async function bundle(): Promise<{ name: string; contents: Uint8Array }[]> {
  const result = await build({
    stdin: {
      contents: `
        import { enableCompileCache } from 'node:module'
        enableCompileCache(import.meta.dirname + '/compiled')
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
    banner: {
      js: `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`,
    },
    logLevel: 'error',
  })
  return result.outputFiles.map(file => ({ name: basename(file.path), contents: file.contents }))
}

function publish(name: string, contents: Uint8Array, date: Date): void {
  const path = join(directory, name)
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, contents)
  utimesSync(temporary, date, date)
  renameSync(temporary, path)
}

function sweep(current: ReadonlySet<string>): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    const written = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
    if (entry.isFile() && !current.has(entry.name) && Date.now() - written > KEEP_OLD_CHUNKS_MS)
      rmSync(path, { force: true })
  }
}
