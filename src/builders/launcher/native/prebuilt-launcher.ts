import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Platform, platformName } from '../../../format/platform.ts'
import { isProgram } from '../../../tools/search-path.ts'
import { VERSION } from '../../../version.ts'
import { hashFile } from '../file-hash.ts'
import { LauncherError } from '../launcher-error.ts'
import { NATIVE_LAUNCHER } from './native-recipe.ts'
import { programName } from './native-targets.ts'

/** The npm package that brings the launcher of each platform, by the names that Node has for platforms. */
const PACKAGES: Readonly<Record<string, string>> = {
  linux_amd64: 'flavor-launcher-linux-x64',
  linux_arm64: 'flavor-launcher-linux-arm64',
  darwin_amd64: 'flavor-launcher-darwin-x64',
  darwin_arm64: 'flavor-launcher-darwin-arm64',
  windows_amd64: 'flavor-launcher-win32-x64',
  windows_arm64: 'flavor-launcher-win32-arm64',
}

/** A launcher as npm brought it. */
export interface PrebuiltLauncher {
  readonly path: string
  readonly tool: string
  readonly toolVersion: string
  readonly platform: string
  /** Hex. */
  readonly sha256: string
  /** Bytes. */
  readonly size: number
}

export function launcherPackage(platform: Platform): string | undefined {
  return PACKAGES[platformName(platform)]
}

/**
 * The launcher that npm installed for a platform; undefined where it did not, which it does for the platform that it runs on alone.
 * @param directoryOf gives the directory of an installed package
 * @throws LauncherError LAUNCHER_VERSION for one of another version: both are released together, and what a launcher reads and what a
 *   packer writes change together
 */
export function prebuiltLauncher(
  platform: Platform,
  directoryOf: (name: string) => string | undefined = installedPackage,
): PrebuiltLauncher | undefined {
  const name = launcherPackage(platform)
  const directory = name === undefined ? undefined : directoryOf(name)
  if (name === undefined || directory === undefined) return undefined
  const path = join(directory, programName(platform))
  if (!isProgram(path)) return undefined
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as PackageManifest
  if (manifest.version !== VERSION) throw otherVersion(name, manifest.version)
  return {
    path,
    tool: NATIVE_LAUNCHER,
    toolVersion: manifest.flavor?.toolVersion ?? manifest.version,
    platform: platformName(platform),
    ...hashFile(path),
  }
}

interface PackageManifest {
  readonly version: string
  /** By which tools it was built, as the store says it. */
  readonly flavor?: { readonly toolVersion?: string }
}

function installedPackage(name: string): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
  } catch {
    return undefined
  }
}

function otherVersion(name: string, version: string): LauncherError {
  const message = `${name} is version ${version}, and this is flavor ${VERSION}, expected the same version of both`
  const hint = 'install flavor again, with its optional dependencies'
  return new LauncherError('LAUNCHER_VERSION', message, { package: name, got: version, want: VERSION }, { hint })
}
