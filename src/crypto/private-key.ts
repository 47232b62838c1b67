import type { Variables } from './config-directory.ts'
import { CryptoError } from './crypto-error.ts'
import { readSecretFile } from './key-file.ts'
import { isEncryptedKey, type KeyPair, parsePrivateKey } from './keys.ts'
import { looksLikePem } from './pem.ts'
import { readSecretText } from './secret-source.ts'

/** How a passphrase is come by: from a source that was named, or by asking. */
export interface Passphrase {
  /** It was named, so a key that needs none is another one than was meant. */
  readonly isNamed: boolean
  /** @throws CryptoError KEY_ENCRYPTED where nobody can be asked, SECRET_MISSING */
  read(where: string): Promise<string>
}

/** @throws CryptoError KEY_FILE, KEY_FILE_MODE, KEY_FORMAT, KEY_MISMATCH, KEY_ENCRYPTED, KEY_PASSPHRASE, KEY_PLAIN */
export async function openPrivateKeyFile(path: string, passphrase?: Passphrase): Promise<KeyPair> {
  return openPrivateKey(readSecretFile(path, 'private key'), path, passphrase)
}

/**
 * A key in a variable: PEM as in a file, or base64 of what a file would hold, since not every store of secrets keeps line breaks.
 * @throws CryptoError SECRET_MISSING and those of `openPrivateKeyFile`
 */
export async function openPrivateKeyVariable(
  name: string,
  environment: Variables,
  passphrase?: Passphrase,
): Promise<KeyPair> {
  const where = `env:${name}`
  const text = Buffer.from(readSecretText({ kind: 'env', name }, environment, 'private key'))
  return openPrivateKey(looksLikePem(text) ? text : decodedKey(text, where), where, passphrase)
}

function decodedKey(text: Buffer, where: string): Uint8Array {
  const base64 = text.toString('latin1').replace(/\s+/g, '')
  const bytes = Buffer.from(base64, 'base64')
  // Buffer skips what it does not understand: any text of some length would be a key.
  if (bytes.toString('base64') === base64) return bytes
  const message = `${where}: is neither PEM nor base64, expected a private key (spec §5.7)`
  throw new CryptoError('KEY_FORMAT', message, { field: where, want: 'PEM, or base64 of a key file' })
}

async function openPrivateKey(bytes: Uint8Array, where: string, passphrase?: Passphrase): Promise<KeyPair> {
  if (isEncryptedKey(bytes)) return parsePrivateKey(bytes, where, await passphrase?.read(where))
  const key = parsePrivateKey(bytes, where)
  if (passphrase?.isNamed !== true) return key
  const message = `${where}: the private key is not encrypted, expected one that the passphrase opens`
  const hint =
    'whoever reads the file has the key: `openssl pkcs8 -topk8 -scrypt` encrypts it; or leave --passphrase out'
  throw new CryptoError('KEY_PLAIN', message, { file: where }, { hint })
}
