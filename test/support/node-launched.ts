import { join } from 'node:path'
import { ensureLauncher, type Launcher } from '../../src/builders/launcher/launcher-store.ts'
import { nodeRecipe } from '../../src/builders/launcher/node-recipe.ts'
import { platformOf } from '../../src/format/platform.ts'
import type { WrittenPackage } from '../../src/package/writer.ts'
import { type ShellPackage, writeShellPackage } from '../launch/shell-package.ts'
import { PACK_CACHE } from './packed-app.ts'

/** The Node launcher of these sources, built once for all tests. */
export async function nodeLauncher(cacheDirectory = PACK_CACHE): Promise<Launcher> {
  const platform = platformOf(process.platform, process.arch)
  if (platform === undefined) throw new Error('tests run where packages do')
  return await ensureLauncher(nodeRecipe(platform), { cacheDirectory, environment: process.env })
}

/** A package that runs by itself, in `<directory>/app.psp`, with the environment that it is to be started with. */
export async function packWithNodeLauncher(
  directory: string,
  what: ShellPackage = {},
): Promise<{ written: WrittenPackage; path: string; environment: Record<string, string> }> {
  const { path, tool, toolVersion } = await nodeLauncher()
  const options = { ...what.options, launcher: { path, tool, toolVersion } }
  const written = await writeShellPackage(directory, { ...what, options })
  return { written, path: written.path, environment: { FLAVOR_CACHE: join(directory, 'cache'), PATH: '/usr/bin:/bin' } }
}
