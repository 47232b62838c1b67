import { type Platform, platformName } from '../../format/platform.ts'
import { pinnedNode } from '../../tools/node.ts'
import type { Launcher } from './launcher-store.ts'
import { NATIVE_LAUNCHER, nativeHash } from './native/native-recipe.ts'
import { nativePlatforms } from './native/native-targets.ts'
import { NODE_LAUNCHER, nodeRecipe } from './node-recipe.ts'

/** The sources of each launcher that this installation would build for a platform; for the native one, of both its variants. */
export function currentSources(tool: string, platform: Platform): string[] {
  if (tool === NATIVE_LAUNCHER && isKnown(platform)) {
    return [nativeHash(platform, 'shipped'), nativeHash(platform, 'host')]
  }
  return tool === NODE_LAUNCHER && pinnedNode(platform) !== undefined ? [nodeRecipe(platform).sources] : []
}

/** Whether a launcher is what this installation would build. Those of tools and platforms that we no longer know are not. */
export function isCurrent(launcher: Pick<Launcher, 'tool' | 'platform' | 'sources'>): boolean {
  const platform = nativePlatforms().find(known => platformName(known) === launcher.platform)
  return platform !== undefined && currentSources(launcher.tool, platform).includes(launcher.sources)
}

function isKnown(platform: Platform): boolean {
  return nativePlatforms().some(known => platformName(known) === platformName(platform))
}
