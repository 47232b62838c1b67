import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { extractSlot } from '../package/extract.ts'
import { attemptParts } from './attempt-parts.ts'
import type { AttemptLayout } from './cache-layout.ts'
import { type ExpectedEntry, linkTarget } from './expected-tree.ts'
import { listingFileMode } from './listing-mode.ts'
import { putRight } from './put-right.ts'
import { Staging } from './staging.ts'
import type { Damage } from './tree-check.ts'
import { sharedTree, slotsOf } from './workenv-plan.ts'
import type { SiteRequest } from './workenv-request.ts'
import { makeDirectory, writeNewFile } from './write-file.ts'

/** workenv §7.6: puts right what is damaged below `root`, and listings that are lost. The caller holds the lock of the key. */
export async function healOwn(
  request: SiteRequest,
  attempt: AttemptLayout,
  damage: readonly Damage[],
  lost: readonly { readonly index: number; readonly listing: Uint8Array }[],
): Promise<void> {
  const { site, plan } = request
  const staging = Staging.open(site.layout, site.base)
  try {
    const copies = await makeCopies(request, attempt, damage, staging)
    const copyOf = (entry: ExpectedEntry) => copies.get(entry.path) ?? join(staging.path, `${entry.origin}`, entry.path)
    putRight({ root: attempt.root, damage, staging, copyOf, last: plan.executable })
    for (const { index, listing } of lost) {
      const copy = join(staging.path, `listing-${index}`)
      writeNewFile(copy, listing, listingFileMode(request.pkg, site))
      staging.putInPlace(copy, attempt.listing(index))
    }
  } finally {
    staging.remove()
  }
}

/** Unpacks each slot that has damage, below a directory named by its index; links and derived files get a copy of their own. */
async function makeCopies(
  { pkg, plan }: SiteRequest,
  attempt: AttemptLayout,
  damage: readonly Damage[],
  staging: Staging,
): Promise<Map<string, string>> {
  const wrong = damage.map(({ expected }) => expected).filter(entry => entry !== undefined && entry.type !== 'd')
  const origins = new Set(wrong.map(entry => entry?.origin))
  for (const slot of slotsOf(pkg.slots, plan, 'own')) {
    if (!origins.has(slot.index)) continue
    const copy = join(staging.path, `${slot.index}`)
    makeDirectory(copy, 0o700)
    await extractSlot(pkg, slot, copy, { readOnly: true })
  }
  const { derived } = attemptParts(pkg.slots, plan, attempt.root, new Map())
  const copies = new Map<string, string>()
  for (const entry of wrong) {
    const place = join(staging.path, `copy-${copies.size}`)
    if (entry?.origin === 'link') {
      const slot = slotsOf(pkg.slots, plan, 'shared').find(({ target }) => target === entry.path)
      if (slot !== undefined) symlinkSync(linkTarget(slot.target, sharedTree(slot)), place)
    } else if (entry?.origin === 'derived') {
      const file = derived.find(({ path }) => path === entry.path)
      if (file !== undefined) writeNewFile(place, file.content, file.mode & 0o555)
    } else continue
    copies.set(entry.path, place)
  }
  return copies
}
