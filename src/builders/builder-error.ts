import { type CodeTable, type ErrorDetail, FlavorError, type FlavorErrorOptions } from '../format/flavor-error.ts'

const building = { exit: 1, launcherExit: 108 } as const
const wish = { exit: 1, launcherExit: 109 } as const
const dependency = { exit: 1, launcherExit: 110 } as const

/** Every way in which a sound manifest can fail to become a package, or a wish for it cannot be fulfilled. */
export const BUILDER_CODES = {
  RESOLVE_FAILED: { ...dependency, meaning: 'there is no set of versions that satisfies all requirements' },
  REGISTRY_FAILED: { ...dependency, exit: 4, meaning: 'the package index cannot be reached or refuses to answer' },
  WHEEL_FAILED: { ...building, meaning: 'a build backend cannot build its project' },
  INSTALL_FAILED: { ...building, meaning: 'the wheels cannot be installed together' },
  LOCK_INVALID: { ...building, meaning: 'flavor.lock is not one that we understand' },
  LOCK_STALE: { ...building, meaning: 'flavor.lock or uv.lock is not that of this project any more' },
  LOCK_WRITE: { ...building, meaning: 'flavor.lock cannot be written' },
  PACK_CACHE: { ...building, meaning: 'what was built cannot be kept in the cache' },
  SOURCE_DATE: { ...wish, meaning: 'SOURCE_DATE_EPOCH is not a time' },
  OUTPUT_PLACE: { ...wish, meaning: 'the package cannot be where it was asked for' },
  REPRODUCE_INPUT: { ...wish, meaning: 'a package cannot be packed again without something that only a path names' },
  OPTION_UNUSED: { ...wish, meaning: 'an option was given that means nothing for this kind of project' },
  PLATFORM_PYTHON: {
    ...wish,
    meaning: 'a Python project cannot be packed for another platform than the one that packs',
  },
  LAUNCHER_NONE: { ...dependency, meaning: 'there is no launcher of ours for this platform' },
} as const satisfies CodeTable

export type BuilderCode = keyof typeof BUILDER_CODES

/** A failure to turn a project into the plan of a package. */
export class BuilderError extends FlavorError {
  declare readonly code: BuilderCode

  constructor(code: BuilderCode, message: string, detail: ErrorDetail = {}, options: FlavorErrorOptions = {}) {
    super(BUILDER_CODES[code], code, message, detail, options)
  }
}
