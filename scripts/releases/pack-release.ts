import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { execa } from 'execa'
import type { Launcher } from '../../src/builders/launcher/launcher-store.ts'
import { nativePlatforms, programName } from '../../src/builders/launcher/native/native-targets.ts'
import { launcherPackage } from '../../src/builders/launcher/native/prebuilt-launcher.ts'
import { platformName } from '../../src/format/platform.ts'
import { VERSION } from '../../src/version.ts'

/**
 * Makes the tarballs of a release: one for each launcher, and flavor's own, which names all of them as optional dependencies of exactly
 * its version. In the repository package.json does not name them: `npm ci` would look for packages that the registry gets only with the
 * release, and their hashes would have to be in the lock file before they are built.
 * @param root the checkout; its `dist/` is built anew
 * @returns the paths of the tarballs, flavor's own last
 */
export async function packRelease(root: string, launchers: readonly Launcher[], directory: string): Promise<string[]> {
  mkdirSync(directory, { recursive: true })
  const staging = mkdtempSync(join(tmpdir(), 'flavor-release-'))
  try {
    const tarballs: string[] = []
    for (const launcher of launchers) tarballs.push(await packLauncher(root, launcher, staging, directory))
    return [...tarballs, await packFlavor(root, staging, directory)]
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

async function packLauncher(root: string, launcher: Launcher, staging: string, directory: string): Promise<string> {
  const platform = nativePlatforms().find(known => platformName(known) === launcher.platform)
  if (platform === undefined) throw new Error(`${launcher.platform}: has no npm package`)
  const place = join(staging, launcher.platform)
  cpSync(join(root, 'launchers/npm', launcher.platform), place, { recursive: true })
  copyFileSync(join(root, 'LICENSE'), join(place, 'LICENSE'))
  const program = join(place, programName(platform))
  copyFileSync(launcher.path, program)
  chmodSync(program, 0o755)
  amend(join(place, 'package.json'), { flavor: { toolVersion: launcher.toolVersion } })
  return await npmPack(place, directory, ['--ignore-scripts'])
}

/** Packed as any other time, then once more with the launchers named: what is in the package is said in package.json alone. */
async function packFlavor(root: string, staging: string, directory: string): Promise<string> {
  const plain = await npmPack(root, staging, ['--ignore-scripts=false'])
  const place = join(staging, 'flavor')
  mkdirSync(place)
  await execa('tar', ['-xzf', plain, '-C', place, '--strip-components=1'])
  const path = join(place, 'package.json')
  const { optionalDependencies } = JSON.parse(readFileSync(path, 'utf8')) as { optionalDependencies: object }
  const named = nativePlatforms().map(platform => [launcherPackage(platform), VERSION])
  amend(path, { optionalDependencies: { ...optionalDependencies, ...Object.fromEntries(named) } })
  return await npmPack(place, directory, ['--ignore-scripts'])
}

function amend(path: string, fields: object): void {
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as object
  writeFileSync(path, `${JSON.stringify({ ...manifest, ...fields }, null, 2)}\n`)
}

/** npm prints the name of the tarball too, but between what scripts of the package print. */
async function npmPack(place: string, directory: string, args: readonly string[]): Promise<string> {
  const before = mkdtempSync(join(tmpdir(), 'flavor-pack-'))
  try {
    await execa('npm', ['pack', ...args, '--pack-destination', before], { cwd: place, stdin: 'ignore' })
    const [name] = readdirSync(before).filter(file => file.endsWith('.tgz'))
    if (name === undefined) throw new Error(`${basename(place)}: npm pack left no tarball`)
    copyFileSync(join(before, name), join(directory, name))
    return join(directory, name)
  } finally {
    rmSync(before, { recursive: true, force: true })
  }
}
