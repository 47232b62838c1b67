import { sha256Hex } from '../crypto/sha256.ts'
import { bootId, parseBootId } from './boot-id.ts'
import type { SharedLayout } from './cache-layout.ts'
import { isOwnDirectory, type Site } from './find-workenv.ts'
import { readCacheFile } from './read-cache-file.ts'

/** workenv §6.3: its name is right, and nobody else can write to it. Its content may be damaged. */
export function isUsable(site: Site, shared: SharedLayout, tree: string): boolean {
  return isOwnDirectory(shared.tree, site.base) && readSharedListing(shared, tree) !== undefined
}

/** workenv §4.7: undefined where it is not there or not the one that the name says. */
export function readSharedListing(shared: SharedLayout, tree: string): Uint8Array | undefined {
  try {
    const listing = readCacheFile(shared.listing)
    return sha256Hex(listing) === tree ? listing : undefined
  } catch {
    return undefined
  }
}

/** workenv §7.3: found whole in this boot, so that no power failure lies between. */
export function isChecked(shared: SharedLayout, platform: NodeJS.Platform): boolean {
  const now = bootId(platform)
  if (now === undefined) return true
  try {
    return parseBootId(readCacheFile(shared.checked).toString('latin1')) === now
  } catch {
    return false
  }
}
