import { statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ensureDirectory } from '../files/ensure-directory.ts'
import { configDirectory, type Variables } from './config-directory.ts'
import { CryptoError } from './crypto-error.ts'
import { writeKeyFile } from './key-file.ts'
import { encodePrivateKeyPem, generateKeyPair, type KeyPair } from './keys.ts'
import { openPrivateKeyFile, type Passphrase } from './private-key.ts'

export interface DefaultKey {
  readonly key: KeyPair
  readonly path: string
  /** Made just now, which the user should hear about. */
  readonly created: boolean
}

/** The key that signs where none was named. */
export function defaultKeyPath(environment: Variables): string {
  return join(configDirectory(environment), 'keys', 'default')
}

/**
 * Reads the default key, and makes it (0600, in a directory of 0700) where there is none and no passphrase is named. Two at once
 * end with the same key.
 * @throws CryptoError as `openPrivateKeyFile` and `writeKeyFile`
 */
export async function openDefaultKey(environment: Variables, passphrase?: Passphrase): Promise<DefaultKey> {
  const path = defaultKeyPath(environment)
  if (passphrase?.isNamed !== true && statSync(path, { throwIfNoEntry: false }) === undefined) {
    const created = createKey(path)
    if (created !== undefined) return { key: created, path, created: true }
  }
  return { key: await openPrivateKeyFile(path, passphrase), path, created: false }
}

/** Undefined where somebody else was faster. */
function createKey(path: string): KeyPair | undefined {
  const directory = dirname(path)
  refuseForeignParent(directory, path)
  const key = generateKeyPair()
  try {
    ensureDirectory(directory, 0o700)
    writeKeyFile(path, encodePrivateKeyPem(key), { mode: 0o600, replace: false })
    return key
  } catch (cause) {
    if (cause instanceof CryptoError && cause.code === 'KEY_FILE_EXISTS') return undefined
    if (cause instanceof CryptoError) throw cause
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `${directory}: the directory of the default key cannot be made: ${reason}`
    throw new CryptoError('KEY_FILE', message, { file: directory }, { cause, hint: HINT })
  }
}

/** With sudo and a kept HOME, root would leave a key in the user's settings that the user cannot read. */
function refuseForeignParent(directory: string, path: string): void {
  const user = process.geteuid?.()
  if (user === undefined) return
  let existing = directory
  let found = statSync(existing, { throwIfNoEntry: false })
  while (found === undefined && dirname(existing) !== existing) {
    existing = dirname(existing)
    found = statSync(existing, { throwIfNoEntry: false })
  }
  if (found === undefined || found.uid === user) return
  const message = `${path}: the default key would be made below ${existing}, which belongs to user ${found.uid} and not to ${user}`
  throw new CryptoError('KEY_FILE', message, { file: path, got: `${found.uid}`, want: `${user}` }, { hint: HINT })
}

const HINT = 'pass --private-key FILE (`flavor keygen` makes one), or --ephemeral for a key that is thrown away'
