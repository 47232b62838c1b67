import type { Variables } from '../crypto/config-directory.ts'
import { CryptoError } from '../crypto/crypto-error.ts'
import { openDefaultKey } from '../crypto/default-key.ts'
import { readPrivateKeyFile, readPublicKeyFile } from '../crypto/key-file.ts'
import { keyId } from '../crypto/key-id.ts'
import { generateKeyPair, type KeyPair, keyPairFromSeedText } from '../crypto/keys.ts'

/** Which key signs. `publicKey` names a file that must hold the other half, as a guard against the wrong key. */
export type KeyChoice =
  | { readonly kind: 'file'; readonly path: string; readonly publicKey?: string }
  | { readonly kind: 'seed'; readonly text: string; readonly publicKey?: string }
  /** Made for this package alone and thrown away; the signed metadata says so. */
  | { readonly kind: 'ephemeral' }
  /** `<config>/flavor/keys/default`, made on first use. */
  | { readonly kind: 'default'; readonly publicKey?: string }

export interface SigningKey {
  readonly key: KeyPair
  readonly kind: KeyChoice['kind']
  /** The file that it came from. */
  readonly path?: string
  /** Made just now. */
  readonly created: boolean
}

/** @throws CryptoError KEY_MISMATCH and those of reading key files */
export function openSigningKey(choice: KeyChoice, environment: Variables): SigningKey {
  const signing = openKey(choice, environment)
  const publicKey = choice.kind === 'ephemeral' ? undefined : choice.publicKey
  if (publicKey !== undefined) expectPair(signing, publicKey)
  return signing
}

function openKey(choice: KeyChoice, environment: Variables): SigningKey {
  switch (choice.kind) {
    case 'file':
      return { kind: 'file', key: readPrivateKeyFile(choice.path), path: choice.path, created: false }
    case 'seed':
      return { kind: 'seed', key: keyPairFromSeedText(choice.text), created: false }
    case 'ephemeral':
      return { kind: 'ephemeral', key: generateKeyPair(), created: true }
    case 'default':
      return { kind: 'default', ...openDefaultKey(environment) }
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
