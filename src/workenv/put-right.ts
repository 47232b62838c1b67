import { chmodSync, lstatSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ExpectedEntry } from './expected-tree.ts'
import type { Staging } from './staging.ts'
import type { Damage } from './tree-check.ts'

export interface RepairPlan {
  readonly root: string
  /** Parents before what lies in them. */
  readonly damage: readonly Damage[]
  readonly staging: Staging
  /** Where a right copy of a file or symlink lies, on the same file system. */
  readonly copyOf: (entry: ExpectedEntry) => string
  /** Comes last: while the main executable is wrong, no other run takes the tree for whole (workenv §7.6). */
  readonly last: string | undefined
}

/** workenv §7.6: every entry by itself and by a rename, so that nobody ever reads half of one. */
export function putRight(plan: RepairPlan): void {
  const { damage, last } = plan
  for (const one of [...damage.filter(({ path }) => path !== last), ...damage.filter(({ path }) => path === last)]) {
    if (one.expected === undefined) plan.staging.takeIn(join(plan.root, one.path))
    else if (one.expected.type === 'd') putDirectory(plan, one.expected)
    else putFile(plan, one.expected)
  }
}

function putDirectory({ root, staging }: RepairPlan, { path, mode }: ExpectedEntry): void {
  const place = join(root, path)
  const status = lstatSync(place, { throwIfNoEntry: false })
  if (status?.isDirectory() !== true) {
    if (status !== undefined) staging.takeIn(place)
    mkdirSync(place, { mode: 0o700 })
  }
  chmodSync(place, mode ?? 0o755)
}

function putFile({ root, staging, copyOf }: RepairPlan, entry: ExpectedEntry): void {
  staging.putInPlace(copyOf(entry), join(root, entry.path))
}
