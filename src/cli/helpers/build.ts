import { ensureLauncher } from '../../builders/launcher/launcher-store.ts'
import { nativeRecipe } from '../../builders/launcher/native/native-recipe.ts'
import { nodeRecipe } from '../../builders/launcher/node-recipe.ts'
import { type Platform, platformName, platformOf } from '../../format/platform.ts'
import { cacheBase } from '../../workenv/cache-base.ts'
import { PLATFORM_NAMES, parsePlatform } from '../platform-flag.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatBytes } from '../ui/quantity.ts'
import { defineVerb } from '../verb.ts'
import { LAUNCHER_FIELDS, launcherObject } from './launcher-object.ts'

export const helpersBuild = defineVerb({
  name: 'helpers build',
  summary: 'build a launcher, where it is not there yet',
  description:
    'Without --platform: the quick one for this machine, with its own cargo and C compiler, in up to a minute. With it: the one that ships, static where the system allows, in some minutes, the same bytes in whatever directory; `scripts/launchers --setup` in a checkout installs what that needs. The Node launcher is the pinned Node with the launch code inside; for another platform its Node is fetched through npm, and one for macOS can only be built on a Mac.',
  arguments: {},
  flags: {
    platform: {
      type: 'string',
      placeholder: 'OS_ARCH',
      description: 'its platform, if not this one',
      choices: PLATFORM_NAMES,
    },
    launcher: {
      type: 'string',
      placeholder: 'LAUNCHER',
      default: 'native',
      choices: ['native', 'node'],
      description: 'native is compiled, node has Node inside',
    },
    force: { type: 'boolean', short: 'f', description: 'build it although it is there' },
  },
  examples: [
    { command: 'flavor helpers build', description: 'before the first pack, or after an update' },
    { command: 'flavor helpers build --platform linux_arm64', description: 'for another machine' },
    { command: 'flavor helpers build --launcher node', description: 'without any Rust' },
  ],
  exits: [3, 4],
  json: { type: 'always "helpers-build"', ...LAUNCHER_FIELDS },
  interruptible: true,
  async run({ options, io }) {
    const platform = options.platform === undefined ? undefined : parsePlatform(options.platform)
    const context = { cacheDirectory: cacheBase(io.environment).path, environment: io.environment, onStep: io.step }
    const here = platform ?? parsePlatform(thisPlatform(), 'this machine')
    const recipe =
      options.launcher === 'node'
        ? nodeRecipe(here)
        : await nativeRecipe(here, platform === undefined ? 'host' : 'shipped', context)
    const object = launcherObject(await ensureLauncher(recipe, { ...context, isForced: options.force }))
    io.report({ type: 'helpers-build', ...object }, () => {
      return `${object.name} for ${object.platform}, ${formatBytes(object.size)}, SHA-256 ${object.sha256}\n${plainText(object.path)}\n`
    })
    return 0
  },
})

function thisPlatform(): string {
  const here: Platform | undefined = platformOf(process.platform, process.arch)
  return here === undefined ? `${process.platform}_${process.arch}` : platformName(here)
}
