import { join } from 'node:path'
import type { Platform } from '../format/platform.ts'
import { platformName } from '../format/platform.ts'
import type { BuildParameters } from '../package/origin/provenance-statement.ts'
import { BuilderError } from './builder-error.ts'
import type { LauncherChoice } from './chosen-launcher.ts'
import { nativePlatforms } from './launcher/native/native-targets.ts'
import type { PackOptions } from './pack-options.ts'

/**
 * How to pack a project again as provenance says that it was packed. What it cannot say, such as the paths of an interpreter or a launcher,
 * stays as `options` have it.
 * @param directory where the manifest lies
 * @param isForOnePlatform whether the package says so; provenance names the platform of the launcher in any case
 * @throws BuilderError REPRODUCE_INPUT for a launcher, an interpreter or a platform that nobody gave
 */
export function reproductionOptions(
  parameters: BuildParameters,
  options: PackOptions,
  directory: string,
  isForOnePlatform: boolean,
): PackOptions {
  const { profile, effort, sbom, python, sourceDateEpoch } = parameters
  const { SOURCE_DATE_EPOCH: _, ...environment } = options.environment
  const interpreter = python === undefined || python === 'vendored' ? options.python?.interpreter : python
  const platform = parameters.platform === undefined ? undefined : knownPlatform(parameters.platform)
  const { platform: __, ...rest } = options
  return {
    ...rest,
    manifest: join(directory, parameters.manifest),
    profile,
    effort,
    sbom,
    provenance: true,
    launcher: sameLauncher(parameters.launcher, options.launcher),
    ...(platform === undefined ? {} : { [isForOnePlatform ? 'platform' : 'launcherPlatform']: platform }),
    python: { ...options.python, ...(interpreter === undefined ? {} : { interpreter }) },
    environment:
      sourceDateEpoch === undefined ? environment : { ...environment, SOURCE_DATE_EPOCH: `${sourceDateEpoch}` },
  }
}

function sameLauncher(launcher: BuildParameters['launcher'], given: LauncherChoice = 'auto'): LauncherChoice {
  if (typeof given === 'object') return given
  if (launcher !== 'file') return launcher
  const message = 'the package was packed with a launcher that was named by its path, expected the same one here'
  const detail = { field: 'launcher', got: given, want: 'a path' }
  throw new BuilderError('REPRODUCE_INPUT', message, detail, { hint: 'pass its path: --launcher PATH' })
}

function knownPlatform(name: string): Platform {
  const platform = nativePlatforms().find(candidate => platformName(candidate) === name)
  if (platform !== undefined) return platform
  const message = `the package is for ${name}, expected a platform that this flavor has a launcher for`
  throw new BuilderError('REPRODUCE_INPUT', message, { field: 'platform', got: name })
}
