import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { nativePlatforms } from '../../../../src/builders/launcher/native/native-targets.ts'
import { launcherPackage, prebuiltLauncher } from '../../../../src/builders/launcher/native/prebuilt-launcher.ts'
import { sha256Hex } from '../../../../src/crypto/sha256.ts'
import { type Platform, platformName, platformOf } from '../../../../src/format/platform.ts'
import { installationRoot } from '../../../../src/tools/installation.ts'
import { VERSION } from '../../../../src/version.ts'
import { refusal } from '../../../format/refusals.ts'
import { scratch } from '../../../support/scratch.ts'

const PLATFORM: Platform = { os: 'linux', arch: 'arm64' }

function installed(version: string, program: string | undefined = 'launcher'): (name: string) => string {
  const directory = scratch()
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ version, flavor: { toolVersion: `${version}+x` } }))
  if (program !== undefined) writeFileSync(join(directory, 'flavor-launcher'), program, { mode: 0o755 })
  return () => directory
}

test('a launcher that npm brought is taken as it is', () => {
  expect(prebuiltLauncher(PLATFORM, installed(VERSION))).toMatchObject({
    tool: 'flavor-launcher',
    toolVersion: `${VERSION}+x`,
    platform: 'linux_arm64',
    size: 8,
    sha256: sha256Hex(Buffer.from('launcher')),
  })
})

test('a package without its program, and none at all, are no launcher', () => {
  expect(prebuiltLauncher(PLATFORM, () => undefined)).toBeUndefined()
  const directory = installed(VERSION)
  expect(prebuiltLauncher({ os: 'windows', arch: 'amd64' }, directory)).toBeUndefined()
  expect(launcherPackage({ os: 'beos', arch: 'ppc' } as unknown as Platform)).toBeUndefined()
})

test('one of another version is refused, and both versions are named', () => {
  const take = () => prebuiltLauncher(PLATFORM, installed('0.0.7'))
  expect(take).toThrowError(refusal('LAUNCHER_VERSION'))
  expect(take).toThrowError(new RegExp(`0\\.0\\.7.*${VERSION.replaceAll('.', '\\.')}`))
})

test('there is a package for every platform, of our version, which npm installs on that platform alone', () => {
  for (const platform of nativePlatforms()) {
    const directory = join(installationRoot(), 'launchers/npm', platformName(platform))
    const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
    expect(manifest).toMatchObject({ name: launcherPackage(platform), version: VERSION, license: 'Apache-2.0' })
    expect(platformOf(manifest.os[0], manifest.cpu[0])).toEqual(platform)
  }
})
