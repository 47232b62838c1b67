import { existsSync } from 'node:fs'
import type { PackageFile } from '../package/package-file.ts'
import { readKeyrings } from '../trust/keyring.ts'
import { type KeyringPlace, keyringPlaces } from '../trust/keyring-places.ts'
import { checkPins } from '../trust/pins.ts'
import { loadLibc } from '../workenv/libc.ts'
import { type Environment, thisMachine } from '../workenv/machine.ts'

/**
 * trust §9: a launcher holds its package to the keys that the system and the user have for its name. Where there are no keyrings this
 * costs one call for each place. No variable of ours is asked (trust §1).
 * @throws TrustError KEY_UNTRUSTED, TRUST_FILE_UNSAFE, TRUST_FILE_READ, TRUST_LINE
 */
export function checkPinnedKeys(pkg: PackageFile, environment: Environment): void {
  const places = keyringPlaces(thisMachine(environment)).filter(isThere)
  if (places.length === 0) return
  const { name } = pkg.metadata.package
  checkPins({ path: pkg.path, name, publicKey: pkg.index.publicKey }, readKeyrings(places.filter(isOurs), name))
}

/** What cannot be looked at is left to the reader of keyrings, which says why; nothing there, nothing to load. */
function isThere({ keyring, path }: KeyringPlace): boolean {
  return keyring === 'system' || existsSync(path)
}

/** trust §2.1: on Linux more rights than the caller's may come from the file alone, which only AT_SECURE tells. */
function isOurs({ keyring }: KeyringPlace): boolean {
  return keyring === 'system' || loadLibc()?.isSecure() !== true
}
