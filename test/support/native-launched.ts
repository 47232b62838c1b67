import { join } from 'node:path'
import { ensureLauncher, type Launcher } from '../../src/builders/launcher/launcher-store.ts'
import { nativeRecipe } from '../../src/builders/launcher/native/native-recipe.ts'
import { platformOf } from '../../src/format/platform.ts'
import type { WrittenPackage } from '../../src/package/writer.ts'
import { type ShellPackage, writeShellPackage } from '../launch/shell-package.ts'
import { PACK_CACHE } from './packed-app.ts'

/** The quick native launcher of these sources, built once for all tests. */
export async function nativeLauncher(cacheDirectory = PACK_CACHE): Promise<Launcher> {
  const platform = platformOf(process.platform, process.arch)
  if (platform === undefined) throw new Error('tests run where packages do')
  const context = { cacheDirectory, environment: process.env }
  return await ensureLauncher(await nativeRecipe(platform, 'host', context), context)
}

/** A package that runs by itself, in `<directory>/app.psp`, with the environment that it is to be started with. */
export async function packWithNativeLauncher(
  directory: string,
  what: ShellPackage = {},
): Promise<{ written: WrittenPackage; path: string; environment: Record<string, string> }> {
  const { path, tool, toolVersion } = await nativeLauncher()
  const options = { ...what.options, launcher: { path, tool, toolVersion } }
  const written = await writeShellPackage(directory, { ...what, options })
  return { written, path: written.path, environment: { FLAVOR_CACHE: join(directory, 'cache'), PATH: '/usr/bin:/bin' } }
}
