import { readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { expect, test } from 'vitest'
import { packRelease } from '../../scripts/releases/pack-release.ts'
import { launcherPackage } from '../../src/builders/launcher/native/prebuilt-launcher.ts'
import { platformOf } from '../../src/format/platform.ts'
import { VERSION } from '../../src/version.ts'
import { copyRepository } from '../support/copied-repository.ts'
import { nativeLauncher } from '../support/native-launched.ts'
import { installProject, runDemo } from '../support/npm-project.ts'
import { missingRust } from '../support/rust-here.ts'
import { scratch } from '../support/scratch.ts'

const unable = await missingRust()

test.skipIf(unable)(
  `the tarballs of a release install into an empty project, and its demonstration packs with the launcher that npm brought${unable ? `: ${unable}` : ''}`,
  async () => {
    const directory = scratch()
    const source = join(directory, 'source')
    copyRepository(source)
    const launcher = await nativeLauncher()
    const tarballs = await packRelease(source, [launcher], join(directory, 'release'))
    expect(readdirSync(join(directory, 'release'))).toEqual(tarballs.map(path => basename(path)).toSorted())
    const name = launcherPackage(platformOf(process.platform, process.arch) ?? { os: 'linux', arch: 'amd64' }) ?? ''
    const project = join(directory, 'project')
    const [prebuilt = '', own = ''] = tarballs
    await installProject(project, { dependencies: { flavor: own, [name]: prebuilt } })

    const { first, again } = await runDemo(project, directory)
    expect({ status: first.exitCode, said: first.stderr }).toEqual({ status: 0, said: '' })
    expect(JSON.parse(first.stdout)).toMatchObject({
      output: '3.2.4',
      launcher: 'flavor-launcher',
      launcher_size: launcher.size,
    })

    // One of another version is refused, and both are named.
    const manifest = join(project, 'node_modules', name, 'package.json')
    writeFileSync(manifest, JSON.stringify({ name, version: '9.9.9' }))
    const refused = await again()
    expect(refused.exitCode).toBe(1)
    expect(JSON.parse(refused.stderr)).toMatchObject({
      code: 'LAUNCHER_VERSION',
      detail: { got: '9.9.9', want: VERSION },
    })
  },
  900_000,
)
