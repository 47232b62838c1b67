import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packRelease } from '../../scripts/releases/pack-release.ts'
import type { Launcher } from '../../src/builders/launcher/launcher-store.ts'
import { nativePlatforms } from '../../src/builders/launcher/native/native-targets.ts'
import { launcherPackage } from '../../src/builders/launcher/native/prebuilt-launcher.ts'
import { platformName, platformOf as platformOfSystem } from '../../src/format/platform.ts'
import { copyRepository } from '../support/copied-repository.ts'
import { missingCross, shippedLauncher } from '../support/cross-here.ts'
import { installProject, runDemo } from '../support/npm-project.ts'
import { scratch } from '../support/scratch.ts'

const unable = await missingCross()
/** Those launchers that are not in the store yet are built. */
const TIMEOUT = 3_600_000

test.skipIf(unable)(
  `of the tarballs of all platforms npm installs this one's launcher alone, and the demonstration packs with it${unable ? `: ${unable}` : ''}`,
  { timeout: TIMEOUT },
  async () => {
    const directory = scratch()
    const source = join(directory, 'source')
    copyRepository(source)
    const platforms = nativePlatforms()
    const launchers: Launcher[] = []
    for (const platform of platforms) launchers.push(await shippedLauncher(platformName(platform)))
    const tarballs = await packRelease(source, launchers, join(directory, 'release'))
    expect(tarballs).toHaveLength(platforms.length + 1)
    const names = platforms.map(platform => launcherPackage(platform) ?? '')
    const optional = Object.fromEntries(names.map((name, at) => [name, tarballs[at] ?? '']))
    const project = join(directory, 'project')
    await installProject(project, { dependencies: { flavor: tarballs.at(-1) ?? '' }, optional })

    const here = platformOfSystem(process.platform, process.arch)
    const own = here === undefined ? undefined : launcherPackage(here)
    expect(names.filter(name => existsSync(join(project, 'node_modules', name)))).toEqual([own])
    const { first } = await runDemo(project, directory)
    expect({ status: first.exitCode, said: first.stderr }).toEqual({ status: 0, said: '' })
    const size = launchers[names.indexOf(own ?? '')]?.size
    expect(JSON.parse(first.stdout)).toMatchObject({ output: '3.2.4', launcher_size: size })
  },
)
