import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { execa, execaSync } from 'execa'
import { expect, test } from 'vitest'
import { packRelease } from '../../scripts/releases/pack-release.ts'
import { launcherPackage } from '../../src/builders/launcher/native/prebuilt-launcher.ts'
import { platformOf } from '../../src/format/platform.ts'
import { searchPath } from '../../src/tools/search-path.ts'
import { VERSION } from '../../src/version.ts'
import { copyRepository } from '../support/copied-repository.ts'
import { nativeLauncher } from '../support/native-launched.ts'
import { PACK_CACHE } from '../support/packed-app.ts'
import { missingRust } from '../support/rust-here.ts'
import { scratch } from '../support/scratch.ts'

const unable = await missingRust()

/** A PATH on which npm, Python and the pinned Node are found, and no Rust. */
function pathWithoutRust(directory: string): string {
  mkdirSync(directory)
  const python = execaSync('python3', ['-c', 'import sys; print(sys.executable)']).stdout
  const programs = ['npm', 'npx', 'sh', 'env', 'uname', 'ldd'].flatMap(name =>
    searchPath(name, process.env).slice(0, 1),
  )
  for (const program of [...programs, process.execPath]) symlinkSync(program, join(directory, basename(program)))
  // A link to it would look for its library beside itself.
  writeFileSync(join(directory, 'python3'), `#!/bin/sh\nexec '${python}' "$@"\n`, { mode: 0o755 })
  return directory
}

test.skipIf(unable)(
  `the tarballs of a release install into an empty project, and its demonstration packs with the launcher that npm brought${unable ? `: ${unable}` : ''}`,
  async () => {
    const directory = scratch()
    const source = join(directory, 'source')
    copyRepository(source)
    const launcher = await nativeLauncher()
    const tarballs = await packRelease(source, [launcher], join(directory, 'release'))
    expect(readdirSync(join(directory, 'release'))).toEqual(tarballs.map(path => path.split('/').at(-1)).toSorted())
    const project = join(directory, 'project')
    mkdirSync(project)
    writeFileSync(join(project, 'package.json'), '{"name":"consumer","private":true,"type":"module"}')
    const install = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund']
    await execa('npm', [...install, ...tarballs], { cwd: project })

    const env = {
      PATH: pathWithoutRust(join(directory, 'bin')),
      HOME: process.env.HOME ?? directory,
      FLAVOR_CACHE: join(directory, 'cache'),
      ...registries(),
    }
    mkdirSync(join(directory, 'cache'))
    // What demos need from the package index is kept between runs of the tests.
    symlinkSync(join(PACK_CACHE, 'pack'), join(directory, 'cache', 'pack'))
    const demo = await execa('npx', ['flavor', 'demo', '--json'], {
      cwd: project,
      env,
      extendEnv: false,
      reject: false,
    })
    expect({ status: demo.exitCode, said: demo.stderr }).toEqual({ status: 0, said: '' })
    expect(JSON.parse(demo.stdout)).toMatchObject({
      output: '3.2.4',
      launcher: 'flavor-launcher',
      launcher_size: launcher.size,
    })

    // One of another version is refused, and both are named.
    const name = launcherPackage(platformOf(process.platform, process.arch) ?? { os: 'linux', arch: 'amd64' }) ?? ''
    const manifest = join(project, 'node_modules', name, 'package.json')
    writeFileSync(manifest, JSON.stringify({ name, version: '9.9.9' }))
    const refused = await execa('npx', ['flavor', 'demo', '--json'], {
      cwd: project,
      env,
      extendEnv: false,
      reject: false,
    })
    expect(refused.exitCode).toBe(1)
    expect(JSON.parse(refused.stderr)).toMatchObject({
      code: 'LAUNCHER_VERSION',
      detail: { got: '9.9.9', want: VERSION },
    })
  },
  900_000,
)

/** How this machine reaches its package index. */
function registries(): Record<string, string> {
  const names = /^(PIP_|UV_|npm_config_|SSL_|REQUESTS_|https?_proxy$|no_proxy$)/i
  return Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      names.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  )
}
