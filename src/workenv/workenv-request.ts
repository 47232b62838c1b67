import type { SetupCommand } from '../format/metadata.ts'
import type { PackageFile } from '../package/package-file.ts'
import type { OnProgress } from '../package/verify.ts'
import type { CheckLevel, Published, Site } from './find-workenv.ts'
import type { Log } from './log.ts'
import type { Machine } from './machine.ts'
import type { WorkenvPlan } from './workenv-plan.ts'

/** Runs the setup commands of a package; `slotPaths` is the place of each slot, by index. */
export type RunSetup = (commands: readonly SetupCommand[], root: string, slotPaths: readonly string[]) => Promise<void>

/** One wish for a work environment, wherever it will be. */
export interface WorkenvRequest {
  readonly pkg: PackageFile
  readonly plan: WorkenvPlan
  readonly level: CheckLevel
  /** workenv §7.8. */
  readonly isDoubted: boolean
  readonly machine: Machine
  readonly log: Log
  readonly runSetup: RunSetup
  readonly onProgress: OnProgress | undefined
  /** Whether what another run has published will do; if not, it is replaced (workenv §6.5, §7.6). */
  readonly accepts: (published: Published) => boolean
}

/** The same wish, at one place. */
export interface SiteRequest extends WorkenvRequest {
  readonly site: Site
}
