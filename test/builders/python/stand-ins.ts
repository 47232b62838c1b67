import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execaSync } from 'execa'
import type { InstallContext } from '../../../src/builders/python/install-context.ts'
import type { InterpreterTree } from '../../../src/builders/python/interpreter/interpreter-tree.ts'
import type { LockFile } from '../../../src/builders/python/lock-file.ts'
import type { Uv } from '../../../src/builders/python/uv-command.ts'
import { loadProject } from '../../../src/manifest/load-project.ts'
import type { PythonProject } from '../../../src/manifest/project.ts'
import { searchPath } from '../../../src/tools/search-path.ts'
import { scratch } from '../../support/scratch.ts'

/** Writes files below a directory; values are their content. */
export function writeFiles(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), content)
  }
}

export const MANIFEST = `[build-system]
requires = ["backend>=1"]
[project]
name = "app"
version = "1.0"
dependencies = ["lib>=2"]
[project.scripts]
app = "app.cli:main"
`

/** A project in a directory of its own. */
export function pythonProject(files: Readonly<Record<string, string>> = {}): PythonProject {
  const directory = scratch()
  writeFiles(directory, { 'pyproject.toml': MANIFEST, 'app/cli.py': 'def main(): pass\n', ...files })
  const project = loadProject(join(directory, 'pyproject.toml'))
  if (project.kind !== 'python') throw new Error('not a Python project')
  return project
}

/**
 * A uv that does nothing but what the test lays out for it: `compile` and `export` print files of those names, `build` leaves a wheel
 * named as the project's directory says, `pip install` copies `install/` to the prefix. A file `<command>.error` makes it fail with it.
 */
export class FakeUv {
  readonly root = scratch()
  readonly uv: Uv

  constructor(directory: string) {
    const program = join(this.root, 'uv')
    writeFileSync(program, FAKE_UV.replaceAll('@ROOT@', this.root), { mode: 0o755 })
    const tool = { name: 'uv', command: [program] as const, version: '0.0.1', origin: 'path' as const }
    this.uv = { tool, environment: { PATH: '/usr/bin:/bin' }, directory }
  }

  says(files: Readonly<Record<string, string>>): this {
    writeFiles(this.root, files)
    return this
  }

  /** The arguments of every call so far. */
  calls(): string[] {
    const log = join(this.root, 'log')
    return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []
  }
}

const FAKE_UV = `#!/bin/sh
root=@ROOT@
echo "$@" >> "$root/log"
name=$1
test "$1" = pip && name=$2
if test -f "$root/$name.error"; then cat "$root/$name.error" >&2; exit 2; fi
case "$name" in
compile|export) cat "$root/$name";;
build)
  while test $# -gt 1; do test "$1" = --out-dir && out=$2; shift; done
  echo wheel > "$out/$(basename "$1" | tr - _)-1.0-py3-none-any.whl";;
install)
  while test $# -gt 0; do test "$1" = --prefix && prefix=$2; test "$1" = --requirements && requirements=$2; shift; done
  cat "$requirements" >> "$root/requirements"
  mkdir -p "$prefix" && cp -R "$root/install/." "$prefix";;
esac
`

/** This machine's own Python in the place of one that was made relocatable. */
export function standInInterpreter(changes: Partial<InterpreterTree> = {}): InterpreterTree {
  const [python = 'python3'] = searchPath('python3', process.env)
  const code =
    'import sys; print(sys.base_prefix); print("%d.%d" % sys.version_info[:2]); print("%d.%d.%d" % sys.version_info[:3])'
  const [root = '', minor = '', version = ''] = execaSync(python, ['-c', code]).stdout.split('\n')
  const tag = `cp${minor.replace('.', '')}`
  return {
    provider: 'vendored',
    root,
    version,
    executable: `bin/python${minor}`,
    stdlib: `lib/python${minor}`,
    tags: { python: tag, abi: tag, platform: 'linux_x86_64', cache: `cpython-${minor.replace('.', '')}`, soabi: 'x' },
    libc: 'glibc',
    libcVersion: '2.17',
    environment: { LD_ORIGIN_PATH: 'bin' },
    sha256: 'ab'.repeat(32),
    libraries: {},
    files: 1,
    bytes: 1,
    notes: [],
    ...changes,
  }
}

/** One package in each resolution. */
export function lockFile(changes: Partial<LockFile> = {}): LockFile {
  const hashes = [`sha256:${'12'.repeat(32)}`]
  return {
    version: 1,
    python: '3.11',
    uv: '0.0.1',
    interpreters: [],
    resolutions: [
      { purpose: 'project', inputs: ['lib>=2'], directories: [], packages: [{ requirement: 'lib==2.1', hashes }] },
      {
        purpose: 'build',
        inputs: ['backend>=1'],
        directories: [],
        packages: [{ requirement: 'backend==1.5', hashes }],
      },
      {
        purpose: 'support',
        inputs: ['certifi', 'tzdata'],
        directories: [],
        packages: [{ requirement: 'certifi==1', hashes }],
      },
    ],
    ...changes,
  }
}

export function installContext(fake: FakeUv, changes: Partial<InstallContext> = {}): InstallContext {
  const interpreter = standInInterpreter()
  return { interpreter, lock: lockFile(), uv: fake.uv, staging: scratch(), onStep: () => {}, ...changes }
}

/** Files of an installed distribution, by path below site-packages. */
export function distribution(name: string, version: string, more: Readonly<Record<string, string>> = {}) {
  const info = `${name.replaceAll('-', '_')}-${version}.dist-info`
  const metadata = `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`
  const files = { [`${info}/METADATA`]: `${metadata}\nText.\nName: none\n`, [`${info}/RECORD`]: `${info}/METADATA,,\n` }
  return {
    ...files,
    ...Object.fromEntries(Object.entries(more).map(([path, text]) => [path.replace('INFO', info), text])),
  }
}

/** The same files as an installer leaves them below a prefix. */
export function below(prefix: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${prefix}/${path}`, text]))
}

/** What a refusal is, apart from its wording. */
export async function refused(
  work: () => unknown,
): Promise<{ code?: string; detail?: Record<string, string>; hint?: string }> {
  try {
    await work()
  } catch (error) {
    return error as { code?: string }
  }
  throw new Error('nothing was refused')
}
