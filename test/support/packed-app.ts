import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'

export const ROOT = join(import.meta.dirname, '../..')
/** Interpreters and compressed slots are kept between runs of the tests; results never depend on that. */
export const PACK_CACHE = join(ROOT, '.cache/test')

export interface PackedApp {
  /** The package. */
  readonly path: string
  /** A directory of this test file, for caches and copies. */
  readonly directory: string
  /** What `pack --json` said. */
  readonly result: Record<string, unknown>
  remove(): void
}

/** Runs the CLI from its sources on the pinned Node. */
export function flavor(args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}) {
  return execa(process.execPath, [join(ROOT, 'src/cli/main.ts'), ...args], {
    cwd: options.cwd ?? ROOT,
    env: { FLAVOR_CACHE: PACK_CACHE, XDG_CONFIG_HOME: join(PACK_CACHE, 'config'), ...options.env },
    reject: false,
    stdin: 'ignore',
  })
}

/** Packs a copy of `fixtures/<name>`, so that nothing is written into the checkout. */
export async function packFixture(name: string, args: readonly string[] = []): Promise<PackedApp> {
  // Other users run what lies here.
  const directory = realpathSync(mkdtempSync(join(tmpdir(), `flavor-e2e-${name}-`)))
  mkdirSync(join(directory, 'bin'), { mode: 0o755 })
  cpSync(join(ROOT, 'fixtures', name), join(directory, 'project'), { recursive: true })
  await execa('chmod', ['0755', directory])
  const path = join(directory, 'bin', name)
  const manifest = join(directory, 'project/pyproject.toml')
  const done = await flavor([
    'pack',
    '--manifest',
    manifest,
    '--output',
    path,
    '--key-seed',
    'test123',
    '--json',
    ...args,
  ])
  if (done.exitCode !== 0) throw new Error(`pack of ${name} failed (${done.exitCode}): ${done.stderr}`)
  return {
    path,
    directory,
    result: JSON.parse(done.stdout),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}
