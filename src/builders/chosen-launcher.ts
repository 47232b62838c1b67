import { basename } from 'node:path'
import { type Platform, platformName, platformOf } from '../format/platform.ts'
import type { WriteOptions } from '../package/writer.ts'
import type { ToolContext } from '../tools/tool.ts'
import { ToolError } from '../tools/tool-error.ts'
import { BuilderError } from './builder-error.ts'
import { currentSources } from './launcher/current-launcher.ts'
import { LauncherError } from './launcher/launcher-error.ts'
import { ensureLauncher, findLauncher } from './launcher/launcher-store.ts'
import { NATIVE_LAUNCHER, nativeRecipe } from './launcher/native/native-recipe.ts'
import { prebuiltLauncher } from './launcher/native/prebuilt-launcher.ts'
import { nodeRecipe } from './launcher/node-recipe.ts'

/**
 * `native` is the launcher that is compiled, `node` the one with Node inside; `auto` takes the native one where it can be had, else
 * that with Node. A path is one that is built already.
 */
export type LauncherChoice = 'auto' | 'native' | 'node' | NamedLauncher

export interface NamedLauncher {
  readonly path: string
  /** What it is, for those who built it themselves; default: its name, and `UNKNOWN_VERSION`. */
  readonly tool?: string
  readonly toolVersion?: string
}

/** Of a launcher that somebody named by its path. */
export const UNKNOWN_VERSION = 'unknown'

export interface LauncherContext extends ToolContext {
  /** Default: the platform of this machine. */
  readonly platform?: Platform
}

export type ChosenLauncher = WriteOptions['launcher'] & {
  /** Why `auto` took the one with Node; absent where it did not. */
  readonly instead?: string
}

/**
 * The launcher for a package, built where it is not there yet.
 * @throws BuilderError LAUNCHER_NONE; LauncherError; ToolError
 */
export async function chooseLauncher(choice: LauncherChoice, context: LauncherContext): Promise<ChosenLauncher> {
  // Whatever it calls itself, nobody here knows what it is unless told; its checksum is signed.
  if (typeof choice === 'object') {
    const { path, tool = basename(path), toolVersion = UNKNOWN_VERSION } = choice
    return { path, tool, toolVersion }
  }
  const platform = context.platform ?? thisPlatform()
  if (choice === 'node') return await nodeLauncher(platform, context)
  if (choice === 'native') return await nativeLauncher(platform, context)
  try {
    return await nativeLauncher(platform, context)
  } catch (error) {
    if (!isForWantOfOne(error)) throw error
    const [reason = ''] = error.message.split('\n')
    return { ...(await nodeLauncher(platform, context).catch(() => Promise.reject(error))), instead: reason }
  }
}

async function nodeLauncher(platform: Platform, context: LauncherContext): Promise<ChosenLauncher> {
  return described(await ensureLauncher(nodeRecipe(platform), context))
}

/** The one that npm brought, one that is built, the one that can be built: in the order of what they cost. */
async function nativeLauncher(platform: Platform, context: LauncherContext): Promise<ChosenLauncher> {
  const known =
    prebuiltLauncher(platform) ??
    findLauncher(context.cacheDirectory, platform, currentSources(NATIVE_LAUNCHER, platform))
  if (known !== undefined) return described(known)
  const variant = isHere(platform) ? 'host' : 'shipped'
  return described(await ensureLauncher(await nativeRecipe(platform, variant, context), context))
}

function described({ path, tool, toolVersion }: WriteOptions['launcher']): ChosenLauncher {
  return { path, tool, toolVersion }
}

/** What the launcher with Node makes good for: that there is no native one. Not a store that cannot be written, nor a wrong version. */
function isForWantOfOne(error: unknown): error is Error {
  if (error instanceof ToolError) return true
  const codes = ['LAUNCHER_PLATFORM', 'LAUNCHER_RUST', 'LAUNCHER_BUILD', 'LAUNCHER_TEST']
  return error instanceof LauncherError && codes.includes(error.code)
}

function isHere(platform: Platform): boolean {
  return platformName(platform) === platformName(thisPlatform())
}

function thisPlatform(): Platform {
  const platform = platformOf(process.platform, process.arch)
  if (platform !== undefined) return platform
  const got = `${process.platform} ${process.arch}`
  const hint = 'pass a launcher of your own with --launcher PATH'
  throw new BuilderError('LAUNCHER_NONE', `there is no launcher for ${got}`, { got }, { hint })
}
