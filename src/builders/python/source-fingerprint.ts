import { closeSync, openSync, readdirSync, readlinkSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Sha256, sha256Hex } from '../../crypto/sha256.ts'
import { runCommand } from '../../tools/run-command.ts'
import type { Environment } from '../../tools/tool.ts'

/** Directories that no build backend reads: repositories, environments, caches, and what builds leave behind. */
const SKIPPED: ReadonlySet<string> = new Set([
  ...['.git', '.hg', '.svn', '__pycache__', 'node_modules', '.tox', '.nox', '.venv', '.eggs'],
  ...['.mypy_cache', '.pytest_cache', '.ruff_cache', '.hypothesis', '.idea', '.vscode'],
])
const SKIPPED_NAMES = /\.egg-info$|\.py[co]$|^flavor\.lock$/
/** The end of every package (spec §2.1): what we write into a project is none of its sources. */
const PACKAGE_END = Buffer.from([0xf0, 0x9f, 0xaa, 0x84])

/** A hash over all that a build of the project in `directory` can read there. */
export function fingerprintSources(directory: string): string {
  const hash = new Sha256()
  for (const path of sourcePaths(directory, '')) {
    const description = describe(join(directory, path))
    if (description !== undefined) hash.update(Buffer.from(`${path}\0${description}\0`))
  }
  return hash.digestHex()
}

function* sourcePaths(root: string, below: string): Generator<string> {
  const entries = readdirSync(join(root, below), { withFileTypes: true })
  const names = new Set(entries.map(entry => entry.name))
  // A virtual environment under any name; `dist` holds what builds made, beside the manifest that they were made from.
  if (below !== '' && names.has('pyvenv.cfg')) return
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`
    if (SKIPPED.has(entry.name) || SKIPPED_NAMES.test(entry.name) || path === 'dist') continue
    if (entry.isDirectory()) yield* sourcePaths(root, path)
    else if (entry.isFile() || entry.isSymbolicLink()) yield path
  }
}

/** Undefined for a package: whether somebody has packed before changes no source. */
function describe(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined || !stat.isFile()) return `link ${readlinkSync(path)}`
  if (isPackage(path, stat.size)) return undefined
  return `${(stat.mode & 0o111) === 0 ? 'file' : 'program'} ${hashFile(path)}`
}

/** In pieces: data beside the sources may be larger than memory. */
function hashFile(path: string): string {
  const fd = openSync(path, 'r')
  try {
    const hash = new Sha256()
    const piece = Buffer.alloc(1024 * 1024)
    for (let size = readSync(fd, piece); size > 0; size = readSync(fd, piece)) hash.update(piece.subarray(0, size))
    return hash.digestHex()
  } finally {
    closeSync(fd)
  }
}

/** Whether a build of a project reads this path of it (relative, with `/`): not what builds, tools and packing leave there. */
export function isBuildSource(path: string): boolean {
  const names = path.split('/')
  return names[0] !== 'dist' && !names.some(name => SKIPPED.has(name) || SKIPPED_NAMES.test(name))
}

/** Whether a file is a package of ours, by its end. */
export function isPackage(path: string, size: number): boolean {
  if (size < 8200) return false
  const fd = openSync(path, 'r')
  try {
    const end = Buffer.alloc(4)
    readSync(fd, end, 0, 4, size - 4)
    return end.equals(PACKAGE_END)
  } finally {
    closeSync(fd)
  }
}

/** What a backend that reads the version from the repository sees there; empty where there is none. */
export async function fingerprintRepository(directory: string, environment: Environment): Promise<string> {
  const describe = ['describe', '--tags', '--long', '--always', '--dirty', '--abbrev=40']
  const result = await runCommand(['git'], describe, { environment, directory })
  return result.ok ? result.stdout.trim() : ''
}

/** Variables that compilers and build backends read. */
const BUILD_VARIABLES =
  /^(CC|CXX|CFLAGS|CXXFLAGS|CPPFLAGS|LDFLAGS|RUSTFLAGS|SOURCE_DATE_EPOCH|(SETUPTOOLS|HATCH|PDM|POETRY|FLIT|SKBUILD|SCIKIT|CMAKE|MESON|CARGO|MATURIN|CYTHON|NPY|UV|PIP)_\w+)$/

export function fingerprintVariables(environment: Environment): string {
  const read = Object.entries(environment).filter(([name]) => BUILD_VARIABLES.test(name))
  return sha256Hex(Buffer.from(JSON.stringify(read.sort(([a], [b]) => (a < b ? -1 : 1)))))
}
