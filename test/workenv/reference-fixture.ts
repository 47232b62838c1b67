import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface ReferenceOptions {
  readonly complete?: boolean
  /** Since it was unpacked. */
  readonly days?: number
  readonly metadata?: string
  /** What the lock file holds. */
  readonly lock?: string
  /** The directory that holds it. */
  readonly place?: string
}

/** A work environment as the reference launchers leave it in a base: the tree, and marks in a directory beside it. */
export function referenceWorkenv(base: string, name: string, options: ReferenceOptions = {}) {
  const { complete = true, days = 0, metadata, lock, place = join(base, 'workenv') } = options
  const root = join(place, name)
  const instance = join(place, `.${name}.pspf`)
  const marks = join(instance, 'instance/extract')
  for (const directory of [root, marks, join(instance, 'package')])
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  writeFileSync(join(root, 'run'), '#!/bin/sh\n', { mode: 0o755 })
  writeFileSync(join(instance, 'instance/package.checksum'), '0a1b2c3d')
  if (complete) writeFileSync(join(marks, 'complete'), '4711\n')
  if (metadata !== undefined) writeFileSync(join(instance, 'package/psp.json'), metadata)
  if (lock !== undefined) writeFileSync(join(marks, 'lock'), lock)
  const then = Date.now() / 1000 - days * 24 * 3600
  utimesSync(join(instance, 'instance/package.checksum'), then, then)
  if (complete) utimesSync(join(marks, 'complete'), then, then)
  return { root, instance, lock: join(marks, 'lock') }
}
