import { type CodeTable, type ErrorDetail, FlavorError, type FlavorErrorOptions } from '../format/flavor-error.ts'

const place = { exit: 1, launcherExit: 106 } as const
const tree = { exit: 3, launcherExit: 103 } as const
const named = { exit: 1, launcherExit: 106 } as const

/** Every way in which a work environment can fail to be there. The section numbers are those of spec/workenv.md. */
export const WORKENV_CODES = {
  CACHE_UNUSABLE: { ...place, meaning: 'no directory can hold the work environment', spec: 'workenv §1.1' },
  CACHE_FULL: { ...place, meaning: 'there is no space for the work environment', spec: 'workenv §1.3' },
  PERSISTENT_UNUSABLE: { ...place, meaning: 'a persistent slot cannot be made', spec: 'workenv §9.2' },
  WORKENV_PLACE: {
    ...tree,
    launcherExit: 102,
    meaning: 'a derived file or a directory has no place of its own in the work environment',
    spec: 'workenv §4.3',
  },
  TREE_DAMAGED: { ...tree, meaning: 'a work environment is damaged and cannot be healed', spec: 'workenv §7.6' },
  SLOT_NOT_LAZY: { ...named, launcherExit: 105, meaning: 'there is no such lazy slot', spec: 'workenv §9.3' },
  PACKAGE_REPLACED: {
    ...named,
    meaning: 'the package is another one than its program was started from',
    spec: 'workenv §9.3',
  },
  WORKENV_UNKNOWN: { ...named, meaning: 'there is no such work environment', spec: 'workenv §10' },
  WORKENV_PACKAGE: { ...named, meaning: 'a work environment was unpacked from another package', spec: 'workenv §3.1' },
  WORKENV_IN_USE: { ...named, meaning: 'a work environment is in use and cannot be removed', spec: 'workenv §10.1' },
} as const satisfies CodeTable

export type WorkenvCode = keyof typeof WORKENV_CODES

/** A failure of the cache: making, checking, healing or removing a work environment. */
export class WorkenvError extends FlavorError {
  declare readonly code: WorkenvCode

  constructor(code: WorkenvCode, message: string, detail: ErrorDetail = {}, options: FlavorErrorOptions = {}) {
    super(WORKENV_CODES[code], code, message, detail, options)
  }
}
