import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { execa, execaSync } from 'execa'
import { searchPath } from '../../src/tools/search-path.ts'
import { PACK_CACHE } from './packed-app.ts'

/** A project of a user's, in which nothing is at first: what npm installs there runs without any Rust. */

const INSTALL = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']

/** @param options.dependencies paths of tarballs by the names of their packages; those that are optional are left out on other platforms */
export async function installProject(
  project: string,
  options: { dependencies: Record<string, string>; optional?: Record<string, string> },
): Promise<void> {
  mkdirSync(project)
  const files = (named: Record<string, string>) =>
    Object.fromEntries(Object.entries(named).map(([name, path]) => [name, `file:${path}`]))
  const manifest = {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: files(options.dependencies),
    optionalDependencies: files(options.optional ?? {}),
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest))
  await execa('npm', INSTALL, { cwd: project })
}

/** `npx flavor demo --json` there, with npm, Python and the pinned Node on the PATH, and no Rust. */
export async function runDemo(project: string, directory: string) {
  const caches = join(directory, 'cache')
  mkdirSync(caches, { recursive: true })
  // What demos need from the package index is kept between runs of the tests.
  mkdirSync(join(PACK_CACHE, 'pack'), { recursive: true })
  symlinkSync(join(PACK_CACHE, 'pack'), join(caches, 'pack'))
  const env = {
    PATH: pathWithoutRust(join(directory, 'bin')),
    HOME: process.env.HOME ?? directory,
    FLAVOR_CACHE: caches,
    ...registries(),
  }
  const run = () => execa('npx', ['flavor', 'demo', '--json'], { cwd: project, env, extendEnv: false, reject: false })
  return { first: await run(), again: run }
}

function pathWithoutRust(directory: string): string {
  mkdirSync(directory)
  const python = execaSync('python3', ['-c', 'import sys; print(sys.executable)']).stdout
  const programs = ['npm', 'npx', 'sh', 'env', 'uname', 'ldd'].flatMap(name =>
    searchPath(name, process.env).slice(0, 1),
  )
  for (const program of [...programs, process.execPath]) symlinkSync(program, join(directory, basename(program)))
  // A link to it would look for its library beside itself.
  writeFileSync(join(directory, 'python3'), `#!/bin/sh\nexec '${python}' "$@"\n`, { mode: 0o755 })
  return directory
}

/** How this machine reaches its package index. */
function registries(): Record<string, string> {
  const names = /^(PIP_|UV_|npm_config_|SSL_|REQUESTS_|https?_proxy$|no_proxy$)/i
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      names.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  )
}
