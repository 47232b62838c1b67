import { accessSync, constants } from 'node:fs'
import { type Base, makeBase } from './base-directory.ts'
import { cacheRungs, type Rung, type RungName } from './ladder.ts'
import { type Environment, type Machine, thisMachine } from './machine.ts'
import { asRungFailure } from './rung-failure.ts'
import { WorkenvError } from './workenv-error.ts'

/** Where caches of this user go. */
export interface CacheBase {
  readonly path: string
  readonly rung: RungName
  /** Why the rungs above it are not used; absent where it is the first. */
  readonly reason?: string
}

/**
 * workenv §1.1: the first base that can be written to, made where it is not there.
 * @throws WorkenvError CACHE_UNUSABLE
 */
export function cacheBase(environment: Environment): CacheBase {
  const machine = thisMachine(environment)
  const { base, reasons } = firstWritable(machine, cacheRungs(machine))
  const reason = reasons.length === 0 ? {} : { reason: reasons.join('; ') }
  return { path: base.path, rung: base.rung, ...reason }
}

/** @throws WorkenvError CACHE_UNUSABLE */
export function writableBase(machine: Machine, rungs: readonly Rung[] = cacheRungs(machine)): Base {
  return firstWritable(machine, rungs).base
}

function firstWritable(machine: Machine, rungs: readonly Rung[]): { base: Base; reasons: readonly string[] } {
  const reasons: string[] = []
  for (const rung of rungs) {
    try {
      const base = makeBase(rung, machine)
      accessSync(base.path, constants.W_OK | constants.X_OK)
      return { base, reasons }
    } catch (error) {
      const failure = asRungFailure(error)
      if (failure === undefined) throw error
      reasons.push(`${rung.name} ${rung.path}: ${failure.reason}`)
    }
  }
  const message = `no directory can hold a cache: ${reasons.join('; ')} (workenv §1.1)`
  const hint = 'set FLAVOR_CACHE to a directory of yours that can be written to'
  throw new WorkenvError('CACHE_UNUSABLE', message, {}, { hint })
}
