import { linkSync, lstatSync, renameSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import type { BuiltAttempt } from './attempt-builder.ts'
import { bootId } from './boot-id.ts'
import type { AttemptLayout } from './cache-layout.ts'
import { executableStamp, type Finding, findWorkenv, type Published, placeHash, type Site } from './find-workenv.ts'
import { removeTree } from './remove-tree.ts'
import { errorCode } from './rung-failure.ts'
import { formatSeal, type Seal } from './seal.ts'
import { sealedAttempt } from './sealed-attempt.ts'
import { Staging } from './staging.ts'
import type { SiteRequest } from './workenv-request.ts'
import { writeNewFile } from './write-file.ts'

/** File systems that have no hard links say so in one of these ways. */
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'])

/** workenv §5.1: the seal of an attempt as it is now. */
export function sealOf({ plan, machine }: SiteRequest, attempt: AttemptLayout, built: BuiltAttempt): Seal {
  return {
    content: plan.contentHash,
    attempt: attempt.number,
    place: placeHash(attempt, plan),
    boot: bootId(machine.platform),
    executable: executableStamp(attempt, plan),
    setup: built.setup,
    slots: [...built.slots].sort((a, b) => a.index - b.index),
  }
}

/**
 * workenv §6.2: the one step that makes an attempt visible. The first wins; whoever comes second gets what is there, unless that
 * does not hold.
 */
export function publishSeal(request: SiteRequest, attempt: AttemptLayout, seal: Seal): Published {
  const { site } = request
  const pointer = site.layout.seal(site.key)
  writeNewFile(attempt.seal, formatSeal(seal), site.base.fileMode)
  try {
    linkSync(attempt.seal, pointer)
    return { site, seal, attempt }
  } catch (error) {
    const code = errorCode(error) ?? ''
    if (code !== 'EEXIST' && !NO_LINKS.has(code)) throw error
  }
  const rival = findHolding(request)
  if (rival !== undefined) return rival
  replaceSeal(request, attempt, seal)
  return { site, seal, attempt }
}

/** workenv §5.1 and §7.3: the same attempt, sealed again in this boot. */
export function sealAgain(request: SiteRequest, attempt: AttemptLayout, built: BuiltAttempt): Published {
  const { site } = request
  removeTree(attempt.settled)
  const seal = sealOf(request, attempt, built)
  replaceSeal(request, attempt, seal)
  return { site, seal, attempt }
}

/** What another run has published and a first run may use: right after it was made, it was not idle. */
export function findHolding(request: SiteRequest): Published | undefined {
  const { site, pkg, plan, machine } = request
  const found: Finding = findWorkenv(site, pkg, plan, 'standard', machine.platform)
  const holds = found.state === 'ready' || (found.state === 'suspect' && found.suspicion === 'idle')
  return holds && request.accepts(found.published) ? found.published : undefined
}

function replaceSeal({ site }: SiteRequest, attempt: AttemptLayout, seal: Seal): void {
  const next = join(attempt.directory, 'next')
  const former = sealedAttempt(site.layout, site.key)
  removeTree(next)
  writeNewFile(next, formatSeal(seal), site.base.fileMode)
  makeWay(site)
  renameSync(next, site.layout.seal(site.key))
  if (former !== undefined && former !== attempt.number) startAging(site.layout.attempt(site.key, former))
}

/** A file can be renamed over anything but a directory. */
function makeWay({ layout, base, key }: Site): void {
  if (lstatSync(layout.seal(key), { throwIfNoEntry: false })?.isDirectory() !== true) return
  const staging = Staging.open(layout, base)
  staging.takeIn(layout.seal(key))
  staging.remove()
}

/** workenv §10.4: an attempt that was replaced may be in use, and is as old as its replacement. */
function startAging(attempt: AttemptLayout): void {
  try {
    const now = Date.now() / 1000
    utimesSync(attempt.seal, now, now)
  } catch {
    // It is gone already.
  }
}
