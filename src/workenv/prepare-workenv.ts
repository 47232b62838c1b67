import { setTimeout } from 'node:timers/promises'
import type { SetupCommand } from '../format/metadata.ts'
import type { PackageFile } from '../package/package-file.ts'
import type { OnProgress } from '../package/verify.ts'
import { inspectBase } from './base-directory.ts'
import { type CheckLevel, doubted, findWorkenv, type Published, siteOf } from './find-workenv.ts'
import { cacheRungs, type Rung } from './ladder.ts'
import type { Log } from './log.ts'
import { type Environment, thisMachine } from './machine.ts'
import type { PublishResult } from './publish.ts'
import { asRungFailure } from './rung-failure.ts'
import { Workenv } from './workenv.ts'
import { WorkenvError } from './workenv-error.ts'
import { planWorkenv } from './workenv-plan.ts'
import type { WorkenvRequest } from './workenv-request.ts'

export type { Workenv } from './workenv.ts'

/** workenv §8.2: how often, and how long apart, to look again where somebody is about to remove what was found. */
const REMOVAL_TURNS = 50
const REMOVAL_POLL_MILLISECONDS = 10

export interface PrepareOptions {
  readonly environment: Environment
  /** Spec §9.1; `strict` hashes every file. */
  readonly level: CheckLevel
  /** workenv §7.8: its program did not start, so that nothing published is believed without a tree check. */
  readonly isDoubted?: boolean
  /** workenv §8.2: its program is about to be started, so that it is marked as in use. */
  readonly isForUse?: boolean
  readonly log: Log
  /** Runs the package's setup commands; `slotPaths` is the place of each slot, by index. */
  readonly runSetup: (commands: readonly SetupCommand[], root: string, slotPaths: readonly string[]) => Promise<void>
  readonly onProgress?: OnProgress | undefined
}

/**
 * The work environment of a package: the published one where it holds (workenv §7.1), else healed or unpacked. What only a first run
 * needs is loaded only then.
 * @throws WorkenvError CACHE_UNUSABLE, CACHE_FULL, TREE_DAMAGED, WORKENV_PLACE, PERSISTENT_UNUSABLE; PackageError, CodecError,
 *   FormatError for a slot that does not unpack to what was signed; whatever `runSetup` throws
 */
export async function prepareWorkenv(pkg: PackageFile, options: PrepareOptions): Promise<Workenv> {
  const { workenv, request } = await publishedWorkenv(pkg, options)
  if (workenv.needsPrivateSlots) await addPrivateSlots(workenv, request)
  return workenv
}

/** A work environment as all runs share it, without what only one run or one user has (workenv §9.1, §9.2). */
export interface PublishedWorkenv {
  readonly workenv: Workenv
  readonly published: Published
  readonly request: WorkenvRequest
}

/** As `prepareWorkenv`, for who does not run the program. */
export async function publishedWorkenv(pkg: PackageFile, options: PrepareOptions): Promise<PublishedWorkenv> {
  const machine = thisMachine(options.environment)
  const isCacheOff = /^(?:0|false)$/i.test(options.environment.FLAVOR_WORKENV_CACHE ?? '')
  const request: WorkenvRequest = {
    pkg,
    plan: planWorkenv(pkg, machine.platform),
    level: options.level,
    isDoubted: options.isDoubted ?? false,
    machine,
    log: options.log,
    runSetup: options.runSetup,
    onProgress: options.onProgress,
    accepts: () => !isCacheOff,
  }
  const look = () => (isCacheOff ? make : findOrMake)(request, cacheRungs(machine))
  const { workenv, published } = await (options.isForUse ? held(request, look) : found(request, look))
  if (workenv.hasLazySlots) {
    const { placeLazySlots } = await import('./lazy-slot.ts')
    placeLazySlots(workenv, pkg.slots, request.plan, machine)
  }
  return { workenv, published, request }
}

type Look = () => Promise<PublishResult>

async function found(request: WorkenvRequest, look: Look) {
  const { published, isFresh } = await look()
  return { published, workenv: new Workenv(request, published, isFresh) }
}

/** Not removed any more once it is held: whoever found one that was on its way out looks again, and at last uses it as it is. */
async function held(request: WorkenvRequest, look: Look) {
  let last = await found(request, look)
  for (let turn = 0; turn < REMOVAL_TURNS && !last.workenv.hold(turn > 0); turn++) {
    await setTimeout(REMOVAL_POLL_MILLISECONDS)
    last = await found(request, look)
  }
  return last
}

async function findOrMake(request: WorkenvRequest, rungs: readonly Rung[]): Promise<PublishResult> {
  const { machine, pkg, plan, level, log } = request
  const rejected: string[] = []
  for (const rung of rungs) {
    const state = inspectBase(rung, machine)
    if (state.state !== 'usable') continue
    const site = siteOf(state.base, plan)
    const warm = findWorkenv(site, pkg, plan, level, machine.platform)
    const found = request.isDoubted ? doubted(warm) : warm
    if (found.state === 'ready') return { published: found.published, isFresh: false }
    if (found.state === 'unsound')
      log('info', `${plan.name}: the work environment in ${rung.path} cannot be used: ${found.reason}`)
    if (found.state !== 'suspect') continue
    try {
      const published = await restoreAt(request, found.published, found.suspicion)
      if (published !== undefined) return { published, isFresh: false }
      log('info', `${plan.name}: ${found.published.attempt.root} cannot be healed: it is unpacked anew`)
    } catch (error) {
      const failure = asRungFailure(error)
      if (failure === undefined) throw error
      log('info', `${plan.name}: ${found.published.attempt.root} cannot be healed: ${failure.reason}`)
    }
    rejected.push(found.published.attempt.root)
  }
  return make({ ...request, accepts: ({ attempt }) => !rejected.includes(attempt.root) }, rungs)
}

async function make(request: WorkenvRequest, rungs: readonly Rung[]): Promise<PublishResult> {
  const { publishOnLadder } = await import('./first-run.ts')
  const made = await publishOnLadder(request, rungs)
  if (made.isFresh || request.level !== 'strict') return made
  // Unpacked by another run a moment ago, which is no reason to believe it.
  const published = await restoreAt(request, made.published, 'strict').catch((error: unknown) => {
    if (asRungFailure(error) === undefined) throw error
  })
  if (published === undefined) throw stillDamaged(made.published)
  return { published, isFresh: false }
}

function stillDamaged({ attempt }: Published): WorkenvError {
  const message = `${attempt.root}: was changed while it was made, expected what was signed (workenv §7.6)`
  const hint = 'another program changes the cache; FLAVOR_CACHE names another place'
  return new WorkenvError('TREE_DAMAGED', message, { file: attempt.root }, { hint })
}

async function restoreAt(request: WorkenvRequest, published: Published, suspicion: Parameters<Restore>[2]) {
  if (request.isDoubted && !published.site.base.isReadOnly) {
    const { checkExecutable } = await import('./publish.ts')
    checkExecutable(published.site.layout.keyLock(published.site.key))
  }
  const { restore } = await import('./restore.ts')
  return restore({ ...request, site: published.site }, published, suspicion)
}

type Restore = typeof import('./restore.ts')['restore']

async function addPrivateSlots(workenv: Workenv, request: WorkenvRequest): Promise<void> {
  const { makePrivateSlots } = await import('./private-slots.ts')
  await makePrivateSlots(workenv, request)
}
