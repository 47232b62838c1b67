import { resolve } from 'node:path'
import { checkSamePackage, lazySlot, materialiseSlot } from '../workenv/materialise.ts'
import { publishedWorkenv } from '../workenv/prepare-workenv.ts'
import { planWorkenv } from '../workenv/workenv-plan.ts'
import { slotVariable } from './environment.ts'
import { type LaunchOptions, openLaunch } from './prepare-launch.ts'

/**
 * Spec §8.4, `materialise`: the place of a lazy slot, filled. The program that asks runs from the published work environment, so that
 * FLAVOR_WORKENV_CACHE, which it inherited, makes no other one.
 * @throws WorkenvError SLOT_NOT_LAZY, PACKAGE_REPLACED, CACHE_UNUSABLE, CACHE_FULL, TREE_DAMAGED, and as `prepareLaunch`
 */
export async function materialise(options: LaunchOptions, id: string): Promise<string> {
  const { FLAVOR_WORKENV_CACHE: _, ...environment } = options.environment
  return await openLaunch({ ...options, environment }, async ({ pkg, prepare }) => {
    const slot = lazySlot({ pkg, plan: planWorkenv(pkg, process.platform) }, id)
    const { FLAVOR_PACKAGE_FILE: packageFile, [slotVariable(id)]: place } = environment
    checkSamePackage(resolve(options.path), slot, { packageFile, place })
    const { workenv, request } = await publishedWorkenv(pkg, prepare)
    return await materialiseSlot(request, workenv, slot)
  })
}
