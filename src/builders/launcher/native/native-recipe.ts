import { sha256Hex } from '../../../crypto/sha256.ts'
import { type Platform, platformName, platformOf } from '../../../format/platform.ts'
import { PINNED_CARGO_ZIGBUILD, PINNED_ZIG } from '../../../tools/pinned-tools.ts'
import type { ToolContext } from '../../../tools/tool.ts'
import { VERSION } from '../../../version.ts'
import { LauncherError } from '../launcher-error.ts'
import type { LauncherRecipe } from '../launcher-recipe.ts'
import { askVersion } from '../launcher-version.ts'
import { buildNative } from './build-native.ts'
import { crossRust, hostRust } from './cross-tools.ts'
import { type NativeSources, nativeSources } from './native-sources.ts'
import { hostTarget, type NativeTarget, shippedTarget } from './native-targets.ts'

export const NATIVE_LAUNCHER = 'flavor-launcher'

/** Changes with how build-native.ts builds, which no flag of a target tells. */
const METHOD = '2'

/** `shipped`: static or of its system, the same bytes everywhere, minutes to build. `host`: what this machine's own Rust makes in one. */
export type NativeVariant = 'shipped' | 'host'

/**
 * The native launcher of a platform, with the toolchain that would build it.
 * @throws LauncherError LAUNCHER_PLATFORM, LAUNCHER_RUST, LAUNCHER_BUILD
 */
export async function nativeRecipe(
  platform: Platform,
  variant: NativeVariant,
  context: ToolContext,
  sources: NativeSources = ownSources(),
): Promise<LauncherRecipe> {
  const shipped = variant === 'shipped'
  const rust = shipped ? await crossRust(context) : await hostRust(context)
  const target = shipped ? shippedTarget(platform) : hostTarget(platform, rust.host)
  if (target === undefined) throw noTarget(platform)
  const known = nativeHash(platform, variant, sources)
  const tools = shipped ? [PINNED_ZIG.version, PINNED_CARGO_ZIGBUILD.version] : [rust.host]
  return {
    tool: NATIVE_LAUNCHER,
    toolVersion: `${VERSION}+rust.${rust.version}.${target.flavour}`,
    platform,
    sources: known,
    hash: sha256Hex(Buffer.from([known, rust.version, rust.commit, ...tools, ...flagsOf(target)].join('\n'))).slice(
      0,
      32,
    ),
    async build(output, place) {
      await buildNative({ sources, target, rust, shipped }, output, place)
      // One that does not start, or was made for another flavor, is none.
      if (runsHere(platform)) await askVersion(output, `${NATIVE_LAUNCHER} ${VERSION}`)
    },
  }
}

/**
 * What is known of a launcher without asking any toolchain, which costs more than finding it. A launcher that an older Rust made does
 * the same, so that an update of Rust builds nothing again by itself.
 */
export function nativeHash(
  platform: Platform,
  variant: NativeVariant,
  sources: Pick<NativeSources, 'hash'> = ownSources(),
): string {
  const parts = [NATIVE_LAUNCHER, VERSION, METHOD, platformName(platform), variant, sources.hash()]
  return sha256Hex(Buffer.from(parts.join('\n'))).slice(0, 32)
}

function runsHere(platform: Platform): boolean {
  const here = platformOf(process.platform, process.arch)
  return here !== undefined && platformName(here) === platformName(platform)
}

function flagsOf({ triple, rustFlags, cFlags }: NativeTarget): readonly string[] {
  return [triple, ...rustFlags, ...cFlags]
}

function ownSources(): NativeSources {
  const sources = nativeSources()
  if (sources !== undefined) return sources
  const message = 'launchers/native: the sources of the native launcher are not there'
  throw new LauncherError('LAUNCHER_BUILD', message, {}, { hint: 'install flavor again' })
}

function noTarget(platform: Platform): LauncherError {
  const name = platformName(platform)
  const message = `there is no native launcher for ${name}`
  return new LauncherError('LAUNCHER_PLATFORM', message, { platform: name }, { hint: 'pass --launcher node' })
}
