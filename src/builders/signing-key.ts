import type { Variables } from '../crypto/config-directory.ts'
import { CryptoError } from '../crypto/crypto-error.ts'
import { openDefaultKey } from '../crypto/default-key.ts'
import { readPublicKeyFile } from '../crypto/key-file.ts'
import { keyId } from '../crypto/key-id.ts'
import { generateKeyPair, keyPairFromSeedText } from '../crypto/keys.ts'
import { openPrivateKeyFile, openPrivateKeyVariable, type Passphrase } from '../crypto/private-key.ts'
import type { Signer } from '../crypto/signer.ts'
import { commandKey } from './key-command.ts'

/** Which key signs. `publicKey` names a file that must hold the other half, as a guard against the wrong key. */
export type KeyChoice =
  | { readonly kind: 'file'; readonly path: string; readonly passphrase?: Passphrase; readonly publicKey?: string }
  /** The value of a variable. */
  | { readonly kind: 'env'; readonly name: string; readonly passphrase?: Passphrase; readonly publicKey?: string }
  /** Another program signs, by the key whose public half this is (docs/signing.md). */
  | { readonly kind: 'command'; readonly command: string; readonly publicKey: string }
  | { readonly kind: 'seed'; readonly text: string; readonly publicKey?: string }
  /** Made for this package alone and thrown away; the signed metadata says so. */
  | { readonly kind: 'ephemeral' }
  /** `<config>/flavor/keys/default`, made on first use. */
  | { readonly kind: 'default'; readonly passphrase?: Passphrase; readonly publicKey?: string }

export interface SigningKey {
  readonly key: Signer
  readonly kind: KeyChoice['kind']
  /** The file that it came from. */
  readonly path?: string
  /** Made just now. */
  readonly created: boolean
}

/** @throws CryptoError KEY_MISMATCH and those of reading keys */
export async function openSigningKey(choice: KeyChoice, environment: Variables): Promise<SigningKey> {
  const signing = await openKey(choice, environment)
  const publicKey = choice.kind === 'ephemeral' ? undefined : choice.publicKey
  if (publicKey !== undefined) expectPair(signing, publicKey)
  return signing
}

async function openKey(choice: KeyChoice, environment: Variables): Promise<SigningKey> {
  switch (choice.kind) {
    case 'file': {
      const key = await openPrivateKeyFile(choice.path, choice.passphrase)
      return { kind: 'file', key, path: choice.path, created: false }
    }
    case 'env': {
      const key = await openPrivateKeyVariable(choice.name, environment, choice.passphrase)
      return { kind: 'env', key, created: false }
    }
    case 'command': {
      const key = commandKey(choice.command, readPublicKeyFile(choice.publicKey), environment)
      return { kind: 'command', key, created: false }
    }
    case 'seed':
      return { kind: 'seed', key: keyPairFromSeedText(choice.text), created: false }
    case 'ephemeral':
      return { kind: 'ephemeral', key: generateKeyPair(), created: true }
    case 'default':
      return { kind: 'default', ...(await openDefaultKey(environment, choice.passphrase)) }
  }
}

function expectPair({ key, path }: SigningKey, publicKey: string): void {
  const expected = readPublicKeyFile(publicKey)
  if (Buffer.compare(expected, key.publicKey) === 0) return
  const [got, want] = [keyId(key.publicKey), keyId(expected)]
  const message = `${path ?? 'the private key'}: belongs to public key ${got}, expected ${want} as in ${publicKey} (spec §5.7)`
  const hint = 'pass the two halves of one pair; packages would be signed with a key that nobody expects'
  throw new CryptoError('KEY_MISMATCH', message, { file: path ?? '', got, want }, { hint })
}
