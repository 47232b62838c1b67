import { LauncherError } from '../../src/builders/launcher/launcher-error.ts'
import { ensureLauncher, type Launcher } from '../../src/builders/launcher/launcher-store.ts'
import { crossRust, crossTools } from '../../src/builders/launcher/native/cross-tools.ts'
import { nativeRecipe } from '../../src/builders/launcher/native/native-recipe.ts'
import { nativePlatforms } from '../../src/builders/launcher/native/native-targets.ts'
import { type Platform, platformName } from '../../src/format/platform.ts'
import { SHIPPED_RUST } from '../../src/tools/rust.ts'
import type { ToolContext } from '../../src/tools/tool.ts'
import { ToolError } from '../../src/tools/tool-error.ts'
import { PACK_CACHE } from './packed-app.ts'

const context: ToolContext = { cacheDirectory: PACK_CACHE, environment: process.env }

/** Why this machine cannot compile for other platforms, or undefined. Tests that skip name it. */
export async function missingCross(): Promise<string | undefined> {
  try {
    await crossTools(await crossRust(context), context)
    return undefined
  } catch (error) {
    if (error instanceof LauncherError) return `needs Rust ${SHIPPED_RUST} with the sources of its library`
    if (error instanceof ToolError) return 'needs zig and cargo-zigbuild, which pip fetches'
    throw error
  }
}

/** The launcher that ships for a platform, compiled where the store has none of these sources. */
export async function shippedLauncher(name: string): Promise<Launcher> {
  return await ensureLauncher(await nativeRecipe(platformOf(name), 'shipped', context), context)
}

/** One that launchers ship for. */
export function platformOf(name: string): Platform {
  const platform = nativePlatforms().find(candidate => platformName(candidate) === name)
  if (platform === undefined) throw new Error(`${name}: no launcher ships for it`)
  return platform
}
