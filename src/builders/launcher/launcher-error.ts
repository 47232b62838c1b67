import { type CodeTable, type ErrorDetail, FlavorError, type FlavorErrorOptions } from '../../format/flavor-error.ts'

const building = { exit: 1, launcherExit: 108 } as const
const missing = { exit: 1, launcherExit: 110 } as const

/** Every way in which a launcher can fail to be built or had. */
export const LAUNCHER_CODES = {
  LAUNCHER_PLATFORM: { ...missing, meaning: 'there is no launcher for a platform, or it cannot be built here' },
  LAUNCHER_NODE: { ...missing, meaning: 'the pinned Node that a launcher is made of is not there' },
  LAUNCHER_NODE_FETCH: { ...missing, exit: 4, meaning: 'the pinned Node of another platform cannot be fetched' },
  LAUNCHER_NODE_HASH: { ...missing, exit: 3, meaning: 'a fetched Node is not the one that is pinned' },
  LAUNCHER_RUST: { ...missing, meaning: 'the tools that a native launcher is built with are missing or too old' },
  LAUNCHER_VERSION: { ...missing, meaning: 'a prebuilt launcher is of another version than flavor' },
  LAUNCHER_BUILD: { ...building, meaning: 'a launcher cannot be built' },
  LAUNCHER_STORE: { ...building, launcherExit: 106, meaning: 'the store of built launchers cannot be read or written' },
  LAUNCHER_CRATES: { ...building, meaning: 'the list of crates of the native launcher is missing or damaged' },
  LAUNCHER_TEST: { ...building, meaning: 'a built launcher does not do what it should' },
} as const satisfies CodeTable

export type LauncherCode = keyof typeof LAUNCHER_CODES

/** A launcher that could not be built, found or proven. */
export class LauncherError extends FlavorError {
  declare readonly code: LauncherCode

  constructor(code: LauncherCode, message: string, detail: ErrorDetail = {}, options: FlavorErrorOptions = {}) {
    super(LAUNCHER_CODES[code], code, message, detail, options)
  }
}
