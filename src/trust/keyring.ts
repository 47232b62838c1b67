import { join } from 'node:path'
import { type KeyLine, MAX_KEYS_FILE, parseKeyLines } from './key-line.ts'
import type { KeyringPlace } from './keyring-places.ts'
import { keysFileOf } from './package-names.ts'
import type { Keyring } from './pins.ts'
import { isTrustDirectory, type Owners, readTrustFile } from './trust-file.ts'

/** trust §2.2: lines of it count for every name that they match. */
export const ALL_KEYS = 'all.keys'

/**
 * trust §2.2: what the keyrings that are there have in the two files for packages of this name.
 * @throws TrustError TRUST_FILE_UNSAFE, TRUST_FILE_READ, TRUST_LINE
 */
export function readKeyrings(places: readonly KeyringPlace[], name: string): Keyring[] {
  return places
    .filter(({ path, keyring, owners }) => isTrustDirectory(path, keyring, owners))
    .map(place => readKeyring(place, name))
}

/** Of a directory that was found safe. */
export function readKeyring({ keyring, path, owners }: KeyringPlace, name: string): Keyring {
  const files = [ALL_KEYS, keysFileOf(name)].map(file => join(path, file))
  return { keyring, where: path, lines: files.flatMap(file => readKeysFile(file, owners)) }
}

/** None where it is not there. */
export function readKeysFile(path: string, owners: Owners): KeyLine[] {
  const bytes = readTrustFile(path, owners, MAX_KEYS_FILE)
  return bytes === undefined ? [] : parseKeyLines(bytes, path)
}
