import { ensureLauncher } from '../../builders/launcher/launcher-store.ts'
import { type Platform, platformName, platformOf } from '../../format/platform.ts'
import { pinnedNodes } from '../../tools/node.ts'
import { cacheBase } from '../../workenv/cache-base.ts'
import { CliError } from '../cli-error.ts'
import { plainText } from '../ui/plain-text.ts'
import { formatBytes } from '../ui/quantity.ts'
import { defineVerb } from '../verb.ts'
import { LAUNCHER_FIELDS, launcherObject } from './launcher-object.ts'

export const helpersBuild = defineVerb({
  name: 'helpers build',
  summary: 'build a launcher, where it is not there yet',
  description:
    'The launcher is the pinned Node with the launch code inside. The same flavor gives the same bytes in every directory. For another platform its Node is fetched through npm; one for macOS can only be built on a Mac.',
  arguments: {},
  flags: {
    platform: {
      type: 'string',
      placeholder: 'OS_ARCH',
      description: 'the platform that it is for, such as linux_arm64 (default: this one)',
    },
    force: { type: 'boolean', short: 'f', description: 'build it although it is there' },
  },
  examples: [
    { command: 'flavor helpers build', description: 'before the first pack, or after an update' },
    { command: 'flavor helpers build --platform linux_arm64', description: 'for another machine' },
  ],
  exits: [3, 4],
  json: { type: 'always "helpers-build"', ...LAUNCHER_FIELDS },
  interruptible: true,
  async run({ options, io }) {
    const platform = parsePlatform(options.platform)
    const cacheDirectory = cacheBase(io.environment).path
    const { environment, step: onStep } = io
    const launcher = await ensureLauncher({
      kind: 'node',
      platform,
      cacheDirectory,
      environment,
      isForced: options.force,
      onStep,
    })
    const object = launcherObject(launcher)
    io.report({ type: 'helpers-build', ...object }, () => {
      return `${object.name} for ${object.platform}, ${formatBytes(object.size)}, SHA-256 ${object.sha256}\n${plainText(object.path)}\n`
    })
    return 0
  },
})

function parsePlatform(text: string | undefined): Platform {
  const known = pinnedNodes().map(node => node.platform)
  const here = platformOf(process.platform, process.arch)
  const wanted = text ?? (here === undefined ? `${process.platform}_${process.arch}` : platformName(here))
  const platform = known.find(candidate => platformName(candidate) === wanted)
  if (platform !== undefined) return platform
  const want = `one of ${known.map(platformName).join(', ')}`
  throw new CliError('FLAG_VALUE', `--platform has ${JSON.stringify(wanted)}, expected ${want}`, {
    flag: '--platform',
    got: wanted,
    want,
  })
}
