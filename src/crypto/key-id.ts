import { sha256Hex } from './sha256.ts'

/** Spec §1.3: the first 16 hex digits of the SHA-256 of the raw public key. A name for people, never a proof. */
export function keyId(publicKey: Uint8Array): string {
  return sha256Hex(publicKey).slice(0, 16)
}
