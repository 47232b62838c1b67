import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Sha256, sha256Hex } from '../../crypto/sha256.ts'
import { installationRoot } from '../../tools/installation.ts'
import { LauncherError } from './launcher-error.ts'

/** Where `npm run build` puts the bundle, for installations that have no sources. */
export const PREBUILT_BUNDLE = 'dist/launchers/node.cjs'
const ENTRY = 'launchers/node/main.ts'
/** What goes into a bundle, from a checkout: the rooms that a launcher may import, and what the lock file says of libraries. */
const SOURCES = [
  'launchers/node',
  'src/format',
  'src/crypto',
  'src/codecs',
  'src/package',
  'src/workenv',
  'src/launch',
  'src/version.ts',
  'src/builders/launcher',
  'package-lock.json',
]

/** Tells V8 to compile every function at once, so that all of them are in the code cache and a start compiles none. */
const COMPILE_ALL = '//# allFunctionsCalledOnLoad'

/** The program that becomes a launcher. */
export interface LauncherBundle {
  /** Hex SHA-256 that changes whenever the bundle may: found in milliseconds, without making the bundle. */
  readonly hash: string
  /** CommonJS, one file. */
  read(): Promise<Uint8Array>
}

/** The bundle of this installation: made from the sources of a checkout, or the file that npm installed. */
export function launcherBundle(root: string = installationRoot()): LauncherBundle {
  if (existsSync(join(root, ENTRY))) return { hash: hashSources(root), read: () => bundleSources(root) }
  const path = join(root, PREBUILT_BUNDLE)
  try {
    const bytes = readFileSync(path)
    return { hash: sha256Hex(bytes), read: async () => bytes }
  } catch (cause) {
    const hint = 'install flavor again'
    const message = `${path}: cannot be read, expected the program of the Node launcher`
    throw new LauncherError('LAUNCHER_BUILD', message, { file: path }, { cause, hint })
  }
}

function hashSources(root: string): string {
  const hash = new Sha256()
  for (const path of SOURCES.flatMap(place => filesBelow(root, place))) {
    const bytes = readFileSync(join(root, path))
    hash.update(Buffer.from(`${path}\0${bytes.length}\0`))
    hash.update(bytes)
  }
  return hash.digestHex()
}

/** Sorted by their bytes, so that the hash is the same on every machine. */
function filesBelow(root: string, place: string): string[] {
  if (place.includes('.')) return [place]
  const entries = readdirSync(join(root, place), { withFileTypes: true, recursive: true })
  return entries
    .filter(entry => entry.isFile() && entry.name.endsWith('.ts'))
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort()
}

/** @throws LauncherError LAUNCHER_BUILD */
async function bundleSources(root: string): Promise<Uint8Array> {
  const { build } = await import('esbuild')
  try {
    const result = await build({
      entryPoints: [ENTRY],
      // Paths in the output are relative to it: two checkouts give the same bytes.
      absWorkingDir: root,
      bundle: true,
      write: false,
      outfile: 'launcher.cjs',
      platform: 'node',
      target: 'node26',
      format: 'cjs',
      // Not what a tsconfig.json says, which would change the bytes without being in the hash.
      tsconfigRaw: { compilerOptions: { strict: true, verbatimModuleSyntax: true } },
      // What only a first run needs stays in closures that are compiled when they are called.
      supported: { 'dynamic-import': false },
      minify: true,
      legalComments: 'none',
      banner: { js: COMPILE_ALL },
      logLevel: 'silent',
    })
    const [file] = result.outputFiles
    if (file === undefined) throw new Error('esbuild wrote no file')
    return file.contents
  } catch (cause) {
    const message = `${ENTRY}: cannot be bundled: ${cause instanceof Error ? cause.message : cause}`
    throw new LauncherError('LAUNCHER_BUILD', message, { file: ENTRY }, { cause })
  }
}
