import { basename } from 'node:path'
import { type Platform, platformOf } from '../format/platform.ts'
import type { WriteOptions } from '../package/writer.ts'
import { BuilderError } from './builder-error.ts'
import { ensureLauncher } from './launcher/launcher-store.ts'

/** `auto` takes the best that there is; `node` the Node launcher; a path one that is built already. */
export type LauncherChoice = 'auto' | 'node' | { readonly path: string }

export interface LauncherContext {
  /** The base of our cache. */
  readonly cacheDirectory: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly onStep?: (message: string) => void
}

/**
 * The launcher for a package of this machine, built where it is not there yet.
 * @throws BuilderError LAUNCHER_NONE; LauncherError
 */
export async function chooseLauncher(
  choice: LauncherChoice,
  context: LauncherContext,
): Promise<WriteOptions['launcher']> {
  // Whatever it calls itself, nobody here knows its version; its checksum is signed.
  if (typeof choice === 'object') return { path: choice.path, tool: basename(choice.path), toolVersion: 'unknown' }
  // The Node launcher is the only one of ours so far, so that it is the best one too.
  const { path, tool, toolVersion } = await ensureLauncher({ kind: 'node', platform: thisPlatform(), ...context })
  return { path, tool, toolVersion }
}

function thisPlatform(): Platform {
  const platform = platformOf(process.platform, process.arch)
  if (platform !== undefined) return platform
  const got = `${process.platform} ${process.arch}`
  const hint = 'pass a launcher of your own with --launcher PATH'
  throw new BuilderError('LAUNCHER_NONE', `there is no launcher for ${got}`, { got }, { hint })
}
