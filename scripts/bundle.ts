/**
 * Bundles src/cli into .cache/flavor for scripts/flavor, with V8's code cache beside it. Exits 1 without a word where .cache cannot be
 * written; the caller then runs the sources.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const ENTRY = 'flavor.cjs'
/** A process that has just read the former entry still has to load the file that it names. */
const KEEP_OLD_MS = 60_000

const root = join(import.meta.dirname, '..')
const directory = join(root, '.cache', 'flavor')

try {
  mkdirSync(directory, { recursive: true })
  const started = new Date()
  const files = await bundle()
  // The entry goes last: it names the other file by its hash, so a reader finds the old bundle or the new one, never a mixture.
  // Dated by the start, so that a source that was saved while esbuild ran is newer than the bundle.
  for (const file of files) publish(file.name, file.contents, started)
  sweep(new Set(files.map(file => file.name)))
} catch (error) {
  // esbuild has printed what is wrong with the sources.
  const code = (error as NodeJS.ErrnoException).code
  if (code !== 'EACCES' && code !== 'EROFS' && code !== 'EPERM' && !isBuildFailure(error)) throw error
  process.exitCode = 1
}

function isBuildFailure(error: unknown): boolean {
  return error instanceof Error && 'errors' in error
}

/**
 * CommonJS, because a module that imports one of Node's own asks it for all of its exports, and the getters among them load streams,
 * promises and a diff algorithm; and one file, because each costs a look-up. Verbs are initialised when they are asked for.
 */
async function bundle(): Promise<{ name: string; contents: string }[]> {
  const result = await build({
    entryPoints: [join(root, 'src/cli/main.ts')],
    outdir: directory,
    entryNames: 'main-[hash]',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node26',
    // esbuild finds its own binary by where it lies; the others take longer to read than most verbs to run, and `pack` alone needs them.
    external: ['esbuild', '@cyclonedx/cyclonedx-library', 'spdx-expression-parse'],
    define: {
      'import.meta.dirname': '__dirname',
      'import.meta.filename': '__filename',
      'import.meta.url': 'moduleUrl',
    },
    // By hand, because the first URL that a process makes costs a millisecond.
    banner: {
      js: `'use strict'; const moduleUrl = 'file://' + encodeURI(__filename).replace(/[?#]/g, encodeURIComponent)`,
    },
    // Half of the bytes to read; names stay, and lines short enough to be shown with an error.
    minifyWhitespace: true,
    lineLimit: 200,
    logLevel: 'error',
  })
  const files = result.outputFiles.map(file => ({ name: basename(file.path), contents: file.text }))
  const entry = `require('node:module').enableCompileCache(__dirname + '/compiled')\nrequire('./${files[0]?.name}')\n`
  return [...files, { name: ENTRY, contents: entry }]
}

function publish(name: string, contents: string, date: Date): void {
  const path = join(directory, name)
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, contents)
  utimesSync(temporary, date, date)
  renameSync(temporary, path)
}

/** Removes what no process can still load; V8's cache of files that are still in use is made again by their next start. */
function sweep(current: ReadonlySet<string>): void {
  for (const path of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const status = statSync(join(directory, path), { throwIfNoEntry: false })
    const old = status?.isFile() === true && Date.now() - status.mtimeMs > KEEP_OLD_MS
    if (old && !current.has(path)) rmSync(join(directory, path), { force: true })
  }
}
