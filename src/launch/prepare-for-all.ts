import { materialiseSlot } from '../workenv/materialise.ts'
import { publishedWorkenv } from '../workenv/prepare-workenv.ts'
import { settleWorkenv } from '../workenv/settle.ts'
import { slotsOf } from '../workenv/workenv-plan.ts'
import { type LaunchOptions, openLaunch } from './prepare-launch.ts'

/** What `prepare` made. */
export interface PreparedForAll {
  /** Absolute path of `{workenv}`. */
  readonly root: string
  readonly key: string
  /** Unpacked by this run. */
  readonly fresh: boolean
  /** Written through to the disk, so that no start after another boot checks it. */
  readonly settled: boolean
}

/**
 * Spec §8.4, `prepare`: makes the work environment as all runs share it, with the lazy slots where they are wanted, and settles it. What
 * one run or one user has of its own (workenv §9.1, §9.2) is left to them.
 * @throws as `prepareLaunch`
 */
export async function prepareForAll(options: LaunchOptions, withLazySlots: boolean): Promise<PreparedForAll> {
  return await openLaunch(options, async ({ pkg, prepare }) => {
    const { workenv, published, request } = await publishedWorkenv(pkg, prepare)
    if (withLazySlots) {
      for (const slot of slotsOf(pkg.slots, request.plan, 'lazy')) await materialiseSlot(request, workenv, slot)
    }
    const settled = await settleWorkenv(request, published)
    if (workenv.fresh) {
      const { cleanAfter } = await import('./after-first-run.ts')
      await cleanAfter(workenv, options)
    }
    return { root: workenv.root, key: workenv.key, fresh: workenv.fresh, settled }
  })
}
