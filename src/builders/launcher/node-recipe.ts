import { sha256Hex } from '../../crypto/sha256.ts'
import { type Platform, platformName } from '../../format/platform.ts'
import { pinnedNode } from '../../tools/node.ts'
import { VERSION } from '../../version.ts'
import { buildLauncher } from './build-launcher.ts'
import { type LauncherBundle, launcherBundle } from './launcher-bundle.ts'
import type { LauncherRecipe } from './launcher-recipe.ts'

export const NODE_LAUNCHER = 'flavor-node-launcher'

/** The Node launcher of a platform. The pinned Node is its only tool, so that it is known without asking any. */
export function nodeRecipe(platform: Platform, bundle: LauncherBundle = launcherBundle()): LauncherRecipe {
  const hash = nodeSources(platform, bundle)
  return {
    tool: NODE_LAUNCHER,
    toolVersion: `${VERSION}+node.${pinnedNode(platform)?.version}`,
    platform,
    sources: hash,
    hash,
    build: async (output, context) => buildLauncher(await bundle.read(), platform, output, context),
  }
}

function nodeSources(platform: Platform, bundle: LauncherBundle): string {
  const node = pinnedNode(platform)
  const parts = [NODE_LAUNCHER, VERSION, platformName(platform), node?.integrity ?? '', bundle.hash]
  return sha256Hex(Buffer.from(parts.join('\n'))).slice(0, 32)
}
