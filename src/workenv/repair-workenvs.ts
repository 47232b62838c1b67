import { FlavorError } from '../format/flavor-error.ts'
import { type Entry, lazyBases } from './cache-contents.ts'
import { CacheLayout } from './cache-layout.ts'
import { requestFor } from './entry-check.ts'
import { findWorkenv, siteOf } from './find-workenv.ts'
import type { Environment } from './machine.ts'
import { repairLazySlots } from './materialise.ts'
import { publish } from './publish.ts'
import { restore } from './restore.ts'
import { asRungFailure } from './rung-failure.ts'
import { forSelected, type Selected, type Selection, type VerifiedWorkenv, verifySelected } from './verify-workenvs.ts'
import type { SiteRequest } from './workenv-request.ts'

export interface RepairOptions extends Selection {
  /** Also removes what nobody signed. */
  readonly strict?: boolean | undefined
}

export interface RepairedWorkenv {
  readonly entry: Entry
  /** `whole`: there was nothing to do. */
  readonly outcome: 'whole' | 'repaired' | 'failed'
  /** As it was found. */
  readonly found: VerifiedWorkenv
  /** Why it failed, and what helps. */
  readonly reason?: string
}

const SETUP =
  'what setup commands made cannot be healed: `flavor workenv remove` takes it away, and the next start of the program makes it anew'

/**
 * workenv §7.6: puts right what is damaged, from the package; a listing tells what is wrong, and only the package has what is right. Runs
 * no setup commands.
 * @throws WorkenvError WORKENV_UNKNOWN, WORKENV_PACKAGE; FormatError, PackageError for a package that was given
 */
export async function repairWorkenvs(
  environment: Environment,
  options: RepairOptions = {},
): Promise<RepairedWorkenv[]> {
  return forSelected(environment, options, selected => repairOne(selected, options.strict ?? false), irreparable)
}

function irreparable(entry: Entry): RepairedWorkenv {
  const reason =
    'a launcher of the reference implementations made it: `flavor workenv remove` takes it away, and the next start of the program makes it anew'
  const found: VerifiedWorkenv = { entry, package: undefined, state: 'unchecked', damage: [], extra: [], reason }
  return { entry, outcome: 'failed', found, reason }
}

async function repairOne(selected: Selected, strict: boolean): Promise<RepairedWorkenv> {
  const { entry, pkg, machine, reason: noPackage } = selected
  const found = await verifySelected(selected, new Map())
  if (found.state === 'whole' && !(strict && found.extra.length > 0)) return { entry, outcome: 'whole', found }
  const failed = (reason: string): RepairedWorkenv => ({ entry, outcome: 'failed', found, reason })
  if (pkg === undefined) return failed(`${noPackage}; --package names another copy of it`)
  const { base } = entry
  const wrong = [...found.damage.map(({ path }) => path), ...(strict ? found.extra : [])]
  // Lazy slots of the user's own may be all that is wrong.
  if (base.isReadOnly && (wrong.length === 0 || wrong.some(path => path.startsWith(`${base.path}/`))))
    return failed(`${base.path} belongs to uid ${base.owner}, who alone can repair it`)
  const request = requestFor(entry, pkg, machine)
  if (siteOf(base, request.plan).key !== entry.key)
    return failed(`${found.reason}: \`flavor workenv remove\` takes it away`)
  if (found.state === 'unchecked') return failed(found.reason ?? 'it cannot be checked')
  if (found.damage.some(({ source }) => source === 'setup')) return failed(SETUP)
  try {
    if (!base.isReadOnly && !(await putRight(request, strict))) return failed(SETUP)
    for (const own of lazyBases(entry, machine).filter(({ isReadOnly }) => !isReadOnly)) {
      const site = { base: own, layout: new CacheLayout(own.path), key: entry.key }
      await repairLazySlots({ ...request, site }, strict)
    }
    const again = await verifySelected(selected, new Map())
    if (again.state === 'whole') return { entry, outcome: 'repaired', found }
    return failed(again.reason ?? 'it was damaged again meanwhile')
  } catch (error) {
    const reason = error instanceof FlavorError ? error.message : asRungFailure(error)?.reason
    if (reason === undefined) throw error
    return failed(reason)
  }
}

/**
 * workenv §7.6; what cannot be healed entry by entry is published anew, over the seal.
 * @returns false where that would take setup commands
 */
async function putRight(request: SiteRequest, strict: boolean): Promise<boolean> {
  const { site, pkg, plan, machine } = request
  const found = findWorkenv(site, pkg, plan, 'strict', machine.platform)
  // Somebody has removed it meanwhile, which was meant.
  if (found.state === 'absent') return true
  const published = found.state === 'suspect' ? found.published : undefined
  if (published !== undefined) {
    const restored = await restore(request, published, strict ? 'strict' : 'executable')
    if (restored !== undefined) return true
  }
  if (plan.hasSetup) return false
  await publish({ ...request, accepts: ({ attempt }) => attempt.root !== published?.attempt.root })
  return true
}
