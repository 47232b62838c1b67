import { join } from 'node:path'
import { type BenchContext, benchContext, copyFixture, PACK_CACHES, runCommand } from './bench-context.ts'
import { provideLaunchers } from './launchers.ts'

/** The application of the bars: one dependency, httpie 3.2.4. */
export const FIXTURE = 'httpie-app'
export const REQUIREMENT = 'httpie==3.2.4'

/** The fixture packed into the directory of a benchmark. */
export async function packedHttpie(
  name: string,
  flags: readonly string[] = [],
): Promise<BenchContext & { readonly path: string }> {
  const context = benchContext(name, PACK_CACHES)
  await provideLaunchers(context.env.FLAVOR_CACHE)
  const manifest = join(copyFixture(FIXTURE, context.directory), 'pyproject.toml')
  const path = join(context.directory, 'app')
  const command = context.flavor('pack', '--manifest', manifest, '--output', path, '--key-seed', 'bench', ...flags)
  await runCommand(command, context.env)
  return { ...context, path }
}
