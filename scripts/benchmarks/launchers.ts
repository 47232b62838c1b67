import { cpSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { currentSources } from '../../src/builders/launcher/current-launcher.ts'
import { ensureLauncher, findLauncher, type Launcher } from '../../src/builders/launcher/launcher-store.ts'
import { NATIVE_LAUNCHER, nativeRecipe } from '../../src/builders/launcher/native/native-recipe.ts'
import { type Platform, platformOf } from '../../src/format/platform.ts'
import { cacheBase } from '../../src/workenv/cache-base.ts'

/** The native launchers of this machine; none is built while something is measured. */
export interface NativeLaunchers {
  readonly quick: Launcher
  /** Takes a toolchain of its own and minutes, so it is only taken where `scripts/launchers` has built it. */
  readonly shipped: Launcher | undefined
}

/** Found in the cache of whoever runs the benchmarks; the quick one is built there where it is missing. */
export async function nativeLaunchers(): Promise<NativeLaunchers> {
  const platform = thisPlatform()
  const cacheDirectory = cacheBase(process.env).path
  const onStep = (message: string) => process.stderr.write(`bench: ${message}\n`)
  const context = { cacheDirectory, environment: process.env, onStep }
  const quick = await ensureLauncher(await nativeRecipe(platform, 'host', context), context)
  const [sources = ''] = currentSources(NATIVE_LAUNCHER, platform)
  return { quick, shipped: findLauncher(cacheDirectory, platform, [sources]) }
}

/**
 * Puts the launchers into the cache of a benchmark. Users get theirs with npm, before they pack anything; found in the store, it costs
 * no less.
 */
export async function provideLaunchers(cacheDirectory: string): Promise<void> {
  const { quick, shipped } = await nativeLaunchers()
  for (const { path, platform } of shipped === undefined ? [quick] : [quick, shipped]) {
    const directory = dirname(path)
    cpSync(directory, join(cacheDirectory, 'launchers', platform, basename(directory)), {
      recursive: true,
      preserveTimestamps: true,
    })
  }
}

function thisPlatform(): Platform {
  const platform = platformOf(process.platform, process.arch)
  if (platform === undefined) throw new Error(`${process.platform} ${process.arch}: no launcher is for it`)
  return platform
}
