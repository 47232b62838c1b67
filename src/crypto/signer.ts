import { CryptoError } from './crypto-error.ts'
import { type KeyPair, signEd25519, verifyEd25519 } from './ed25519.ts'
import { keyId } from './key-id.ts'

/** A private key that never comes here: an agent, a hardware module or a service signs with it. */
export interface ExternalKey {
  readonly publicKey: Uint8Array
  /** Who signs, for messages. */
  readonly where: string
  /** RFC 8032 §5.1.6: pure Ed25519 over the message as it is. */
  sign(message: Uint8Array): Promise<Uint8Array>
}

/** Whatever can sign. */
export type Signer = KeyPair | ExternalKey

/**
 * A signature that holds under the signer's public key: what another program answers is checked before anything is made of it.
 * @throws CryptoError KEY_COMMAND
 */
export async function signWith(signer: Signer, message: Uint8Array): Promise<Uint8Array> {
  if ('seed' in signer) return signEd25519(message, signer)
  const signature = await signer.sign(message)
  if (verifyEd25519(signature, message, signer.publicKey)) return signature
  const want = `one by key ${keyId(signer.publicKey)}`
  const text = `${signer.where}: answered with a signature that does not hold, expected ${want} over the bytes on its stdin`
  const hint =
    'does --public-key belong to the key that signs, and does it sign plain Ed25519, not Ed25519ph or a hash?'
  throw new CryptoError('KEY_COMMAND', text, { want }, { hint })
}
