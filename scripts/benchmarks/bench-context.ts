import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Argv } from './hyperfine.ts'

const root = join(import.meta.dirname, '../..')

/** Where a benchmark works, and how it calls the CLI: the bundle on the pinned Node, as scripts/flavor does. */
export interface BenchContext {
  readonly directory: string
  readonly env: Readonly<Record<string, string>> & { readonly FLAVOR_CACHE: string }
  flavor(...args: string[]): Argv
}

/** Groups that need a packed file share the caches that `pack` filled. */
export const PACK_CACHES = 'pack'

/** A directory of its own below .cache/bench, empty, with caches of its own unless `caches` names those of another. */
export function benchContext(name: string, caches = name): BenchContext {
  const base = join(root, '.cache/bench')
  const directory = join(base, name)
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { recursive: true })
  const home = join(base, caches, 'home')
  mkdirSync(home, { recursive: true })
  const env = {
    HOME: home,
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_CONFIG_HOME: join(home, '.config'),
    FLAVOR_CACHE: join(home, '.cache/flavor'),
    UV_CACHE_DIR: join(home, '.cache/uv'),
    PIP_CACHE_DIR: join(home, '.cache/pip'),
  }
  const bundle = join(root, '.cache/flavor/flavor.cjs')
  return { directory, env, flavor: (...args) => [process.execPath, bundle, ...args] }
}

/** A copy of a fixture, so that lock files land in it and not in the checkout. */
export function copyFixture(name: string, directory: string): string {
  const project = join(directory, name)
  if (!existsSync(project)) cpSync(join(root, 'fixtures', name), project, { recursive: true })
  return project
}

export async function runCommand(command: Argv, env: Readonly<Record<string, string>>, cwd = root): Promise<string> {
  const [program, ...args] = command
  const { stdout } = await execa(program, args, { env, cwd, stdin: 'ignore' })
  return stdout
}
