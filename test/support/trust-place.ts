import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type KeyPair, keyPairFromSeedText } from '../../src/crypto/keys.ts'
import { formatKeyLine } from '../../src/trust/key-line.ts'
import type { KeyringPlace } from '../../src/trust/keyring-places.ts'
import { scratch } from './scratch.ts'

export const ALICE = keyPairFromSeedText('alice')
export const BOB = keyPairFromSeedText('bob')
export const CAROL = keyPairFromSeedText('carol')

/** The line by which a keyring has a key for packages of these names. */
export const pinLine = (key: KeyPair, names: string, comment = '') =>
  `${formatKeyLine({ publicKey: key.publicKey, names: names.split(','), comment })}\n`

/** A user keyring in a directory that is gone when the test ends, with these files. */
export function trustPlace(files: Readonly<Record<string, string>> = {}): KeyringPlace {
  const path = join(scratch(), 'flavor/trust')
  writeTrust(path, files)
  const uid = process.geteuid?.()
  return { keyring: 'user', path, owners: uid === undefined ? undefined : [0, uid] }
}

/** Makes a directory of trust with safe modes, whatever the umask is. */
export function writeTrust(path: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(path, { recursive: true })
  chmodSync(path, 0o700)
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(path, name), text)
    chmodSync(join(path, name), 0o600)
  }
}
