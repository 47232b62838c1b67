import { nativePlatforms } from '../builders/launcher/native/native-targets.ts'
import { type Platform, platformName } from '../format/platform.ts'
import { CliError } from './cli-error.ts'

export const PLATFORM_NAMES = nativePlatforms().map(platformName)

/**
 * The platform that a flag names.
 * @throws CliError FLAG_VALUE for one that has no launcher
 */
export function parsePlatform(text: string, flag = '--platform'): Platform {
  const platform = nativePlatforms().find(candidate => platformName(candidate) === text)
  if (platform !== undefined) return platform
  const want = `one of ${PLATFORM_NAMES.join(', ')}`
  const message = `${flag} has ${JSON.stringify(text)}, expected ${want}`
  throw new CliError('FLAG_VALUE', message, { flag, got: text, want })
}
