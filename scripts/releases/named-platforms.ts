import { nativePlatforms } from '../../src/builders/launcher/native/native-targets.ts'
import { type Platform, platformName } from '../../src/format/platform.ts'
import { UsageError } from './script-run.ts'

/**
 * Those that `--platform` names; all that launchers ship for where it is not given.
 * @throws UsageError
 */
export function namedPlatforms(names: readonly string[] | undefined): Platform[] {
  return names === undefined ? [...nativePlatforms()] : names.map(namedPlatform)
}

export function namedPlatform(name: string): Platform {
  const platform = nativePlatforms().find(known => platformName(known) === name)
  if (platform === undefined) {
    throw new UsageError(`${name}: is no platform, expected ${nativePlatforms().map(platformName).join(', ')}`)
  }
  return platform
}
