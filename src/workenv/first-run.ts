import { rmdirSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { SetupStopped } from './attempt-builder.ts'
import { inspectBase, makeBase, nearestAncestor } from './base-directory.ts'
import { CacheLayout } from './cache-layout.ts'
import { keyAt, siteOf } from './find-workenv.ts'
import type { Rung } from './ladder.ts'
import { type PublishResult, publish } from './publish.ts'
import { asRungFailure, type RungFailure } from './rung-failure.ts'
import { WorkenvError } from './workenv-error.ts'
import type { WorkenvRequest } from './workenv-request.ts'

interface FailedRung {
  readonly rung: Rung
  readonly failure: RungFailure
}

/**
 * workenv §1.1: publishes on the first rung that can hold it.
 * @throws WorkenvError CACHE_UNUSABLE, CACHE_FULL, WORKENV_PLACE; PackageError, CodecError; whatever a setup command throws
 */
export async function publishOnLadder(request: WorkenvRequest, rungs: readonly Rung[]): Promise<PublishResult> {
  const failed: FailedRung[] = []
  for (const rung of rungs) {
    const standing = standingPart(rung, request)
    let isOurs = false
    try {
      const base = makeBase(rung, request.machine)
      isOurs = true
      const site = siteOf(base, request.plan)
      const result = await publish({ ...request, site })
      announce(request, rung, failed)
      return result
    } catch (error) {
      if (error instanceof SetupStopped) throw error.cause
      const failure = asRungFailure(error)
      if (failure === undefined) throw error
      removeEmpty(rung, request, standing, isOurs)
      failed.push({ rung, failure })
    }
  }
  throw ladderError(failed)
}

/** workenv §1.1: one line, where the cache is not where the user would look for it, or will not last. */
function announce({ log, plan }: WorkenvRequest, rung: Rung, failed: readonly FailedRung[]): void {
  if (!rung.isPrivate && failed.length === 0) return
  const reasons = failed.map(describe)
  if (rung.isPrivate && failed.length === 0) reasons.push('no variable names a cache directory')
  log('warn', `${plan.name}: unpacked to ${rung.path} (${rung.name}): ${reasons.join('; ')}`)
}

function describe({ rung, failure }: FailedRung): string {
  return `${rung.name} ${rung.path}: ${failure.reason}`
}

/**
 * workenv §1.3: a rung that failed is left as it was found. Directories that hold anything stay; in a base that was refused, which may be
 * somebody's link to anywhere, nothing was made.
 */
function removeEmpty(rung: Rung, request: WorkenvRequest, standing: string, isOurs: boolean): void {
  if (isOurs) removeFromBase(rung, request)
  let made = rung.path
  while (made !== standing && removeIfEmpty(made)) made = dirname(made)
}

function removeFromBase({ path }: Rung, { plan }: WorkenvRequest): void {
  const layout = new CacheLayout(path)
  try {
    rmSync(layout.keyLock(keyAt(path, plan)), { force: true })
  } catch {
    // On a read-only file system nothing was made either.
  }
  for (const directory of [layout.staging, layout.slots, layout.envs]) removeIfEmpty(directory)
}

/** Of a rung's path, what is there before the rung is tried. */
function standingPart(rung: Rung, { machine }: WorkenvRequest): string {
  if (inspectBase(rung, machine).state !== 'absent') return rung.path
  try {
    return nearestAncestor(rung.path)
  } catch {
    return rung.path
  }
}

/** False for one that is not empty, or not ours. */
function removeIfEmpty(directory: string): boolean {
  try {
    rmdirSync(directory)
    return true
  } catch {
    return false
  }
}

/** One message that names each rung and its cause. */
function ladderError(failed: readonly FailedRung[]): WorkenvError {
  const isForSpace = failed.some(({ failure }) => failure.isForSpace)
  const code = isForSpace ? 'CACHE_FULL' : 'CACHE_UNUSABLE'
  const what = isForSpace ? 'there is no space for the work environment' : 'no directory can hold the work environment'
  const message = `${what}: ${failed.map(describe).join('; ')} (workenv §1.1)`
  const hint = 'set FLAVOR_CACHE to a directory of yours that has space, can be written to and may run programs'
  const detail = Object.fromEntries(failed.map(({ rung, failure }) => [rung.path, failure.reason]))
  return new WorkenvError(code, message, detail, { hint, cause: failed.at(-1)?.failure })
}
