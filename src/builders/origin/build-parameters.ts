import { basename } from 'node:path'
import { platformName, platformOf } from '../../format/platform.ts'
import type { BuildParameters } from '../../package/origin/provenance-statement.ts'
import { NATIVE_LAUNCHER } from '../launcher/native/native-recipe.ts'
import { NODE_LAUNCHER } from '../launcher/node-recipe.ts'
import type { PackOptions } from '../pack-options.ts'
import { sourceDate } from '../source-date.ts'

/**
 * SLSA provenance v1, `externalParameters`: what was asked for, as far as another machine can ask for the same. A launcher and an
 * interpreter that were named by a path are inputs with a hash; their paths are nobody's business.
 */
export function buildParameters(options: PackOptions, tool: string): BuildParameters {
  const { manifest, profile = 'default', effort = 'default', python, environment } = options
  const known = ({ [NATIVE_LAUNCHER]: 'native', [NODE_LAUNCHER]: 'node' } as const)[tool] ?? 'file'
  const launcher = typeof options.launcher === 'object' ? 'file' : known
  // A launcher of ours is for one platform, that of this machine where none was asked for.
  const asked = options.launcherPlatform ?? options.platform
  const target = asked ?? (launcher === 'file' ? undefined : platformOf(process.platform, process.arch))
  return {
    manifest: basename(manifest),
    profile,
    effort,
    launcher,
    ...(target === undefined ? {} : { platform: platformName(target) }),
    ...(python?.interpreter === undefined ? {} : { python: neutralInterpreter(python.interpreter) }),
    sbom: options.sbom ?? true,
    ...(environment.SOURCE_DATE_EPOCH ? { sourceDateEpoch: sourceDate(environment) } : {}),
  }
}

function neutralInterpreter(text: string): string {
  return text.includes('/') || text.includes('\\') ? 'vendored' : text
}
