import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hashFile } from '../../src/builders/launcher/file-hash.ts'
import { nativeRecipe } from '../../src/builders/launcher/native/native-recipe.ts'
import { CRATE_FILES, nativeSources } from '../../src/builders/launcher/native/native-sources.ts'
import { type Platform, platformName } from '../../src/format/platform.ts'
import { installationRoot } from '../../src/tools/installation.ts'
import type { ToolContext } from '../../src/tools/tool.ts'

/**
 * Builds each launcher twice, from two copies of the crate in two directories with two caches, and says whether the bytes are the same.
 * What earlier builds left in the user's cache is not used, so that nothing is compared with itself.
 */
export async function checkLaunchers(platforms: readonly Platform[], context: ToolContext): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'flavor-launchers-'))
  try {
    let same = true
    for (const platform of platforms) {
      const one = await buildIn(join(directory, 'one'), platform, context)
      const other = await buildIn(join(directory, 'another place'), platform, context)
      process.stdout.write(
        `${one === other ? 'same bytes' : 'OTHER BYTES'}  ${platformName(platform)}  ${one}  ${other}\n`,
      )
      same &&= one === other
    }
    return same
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function buildIn(root: string, platform: Platform, context: ToolContext): Promise<string> {
  const crate = join(root, 'launchers/native')
  mkdirSync(crate, { recursive: true })
  for (const name of CRATE_FILES) {
    cpSync(join(installationRoot(), 'launchers/native', name), join(crate, name), { recursive: true })
  }
  const sources = nativeSources(root)
  if (sources === undefined) throw new Error(`${crate}: it was just copied`)
  const recipe = await nativeRecipe(platform, 'shipped', context, sources)
  const output = join(root, `launcher-${platformName(platform)}`)
  await recipe.build(output, { ...context, cacheDirectory: cacheWithTools(join(root, 'cache'), context) })
  return hashFile(output).sha256
}

/** A cache of its own for what is compiled; zig, which is fetched and checked, is that of the user's. */
function cacheWithTools(cache: string, { cacheDirectory }: ToolContext): string {
  mkdirSync(join(cacheDirectory, 'tools'), { recursive: true, mode: 0o700 })
  mkdirSync(cache, { recursive: true })
  if (!existsSync(join(cache, 'tools'))) symlinkSync(join(cacheDirectory, 'tools'), join(cache, 'tools'))
  return cache
}
