import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import type { Launcher } from '../../src/builders/launcher/launcher-store.ts'
import { nativePlatforms } from '../../src/builders/launcher/native/native-targets.ts'
import { launcherPackage } from '../../src/builders/launcher/native/prebuilt-launcher.ts'
import { pack } from '../../src/builders/pack.ts'
import type { KeyChoice } from '../../src/builders/signing-key.ts'
import { type Platform, platformName } from '../../src/format/platform.ts'
import { type PinnedNode, pinnedNode } from '../../src/tools/node.ts'
import type { ToolContext } from '../../src/tools/tool.ts'
import { VERSION } from '../../src/version.ts'

/** By the names that npm has for systems and processors. */
const SYSTEMS = { linux: 'linux', darwin: 'darwin', windows: 'win32' } as const
const PROCESSORS = { amd64: 'x64', arm64: 'arm64' } as const

export interface Tarballs {
  /** flavor's own. */
  readonly flavor: string
  /** That of the launcher for the platform. */
  readonly launcher: string
}

/** How the package is signed, beside what tools need. The environment holds no secret. */
export interface SelfContext extends ToolContext {
  readonly key: KeyChoice
  /** Variables of this process that the key needs, and nothing that is run to build. */
  readonly secrets: readonly string[]
}

/**
 * Packs flavor by itself for one platform: the pinned Node, flavor as npm would install it by the lock file, and the launcher that its
 * packages begin with. Undefined where the platform has no pinned Node.
 * @param root the checkout
 * @returns the path of the package
 */
export async function packItself(
  root: string,
  launcher: Launcher,
  tarballs: Tarballs,
  directory: string,
  context: SelfContext,
): Promise<string | undefined> {
  const platform = nativePlatforms().find(known => platformName(known) === launcher.platform)
  const node = platform && pinnedNode(platform)
  if (platform === undefined || node === undefined) return undefined
  const staging = mkdtempSync(join(tmpdir(), 'flavor-itself-'))
  try {
    await install(root, platform, tarballs, join(staging, 'lib'), context)
    writeFileSync(join(staging, 'flavor.json'), JSON.stringify(selfManifest(node)))
    const output = join(directory, `flavor-${VERSION}-${launcher.platform}${platform.os === 'windows' ? '.exe' : ''}`)
    const { cacheDirectory, onStep, key, secrets } = context
    await pack({
      manifest: join(staging, 'flavor.json'),
      output,
      launcher: { path: launcher.path, tool: launcher.tool, toolVersion: launcher.toolVersion },
      platform,
      workenvBase: staging,
      effort: 'release',
      key,
      cacheDirectory,
      environment: process.env,
      secretVariables: secrets,
      ...(onStep === undefined ? {} : { onStep }),
    })
    return output
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

/** Exactly what package-lock.json names for the platform, without anything of the registry that it came from. */
async function install(
  root: string,
  { os, arch }: Platform,
  tarballs: Tarballs,
  place: string,
  { environment }: ToolContext,
): Promise<void> {
  mkdirSync(place)
  for (const name of ['package.json', 'package-lock.json', '.npmrc']) copyFileSync(join(root, name), join(place, name))
  const target = [`--os=${SYSTEMS[os]}`, `--cpu=${PROCESSORS[arch]}`, ...(os === 'linux' ? ['--libc=glibc'] : [])]
  const args = ['ci', '--omit=dev', '--ignore-scripts', '--no-bin-links', '--no-audit', '--no-fund', ...target]
  await execa('npm', args, { cwd: place, env: environment, extendEnv: false, stdin: 'ignore' })
  for (const name of ['package.json', 'package-lock.json', '.npmrc', 'node_modules/.package-lock.json']) {
    rmSync(join(place, name), { force: true })
  }
  await unpack(tarballs.flavor, join(place, 'node_modules/flavor'))
  await unpack(tarballs.launcher, join(place, 'node_modules', launcherPackage({ os, arch }) ?? ''))
}

async function unpack(tarball: string, place: string): Promise<void> {
  mkdirSync(place, { recursive: true })
  await execa('tar', ['-xzf', tarball, '-C', place, '--strip-components=1'])
}

/** Its command is Node by its own path, so that nothing of the machine is asked for one. */
export function selfManifest(node: PinnedNode) {
  const modules = '{workenv}/lib/node_modules'
  const argv = [
    `${modules}/${node.package}/${node.program.replace(/\.exe$/, '')}`,
    `${modules}/flavor/dist/cli/main.js`,
  ]
  return {
    package: { name: 'flavor', version: VERSION, description: 'Packs a project into one signed file that runs' },
    execution: { command: argv.join(' '), argv, argv0: 'program' },
    slots: [...[{ id: 'flavor', source: '{workenv}/lib', target: 'lib', purpose: 'code', lifecycle: 'runtime' }]],
  }
}
