import { keyId } from '../crypto/key-id.ts'
import { isSameKey } from './base64.ts'
import { type KeyLine, keysFor } from './key-line.ts'
import { TrustError } from './trust-error.ts'

/** What trust looks at of a package. */
export interface SignedPackage {
  /** For messages. */
  readonly path: string
  readonly name: string
  readonly publicKey: Uint8Array
}

/** The lines of a keyring that were read for one package. */
export interface Keyring {
  readonly keyring: 'system' | 'user' | 'project'
  /** Its directory or manifest, for messages. */
  readonly where: string
  readonly lines: readonly KeyLine[]
}

/**
 * trust §3: each keyring that has keys for the name has the key of the package among them.
 * @returns the keyrings that have it
 * @throws TrustError KEY_UNTRUSTED
 */
export function checkPins(pkg: SignedPackage, keyrings: readonly Keyring[]): Keyring[] {
  return keyrings.filter(keyring => {
    const keys = keysFor(keyring.lines, pkg.name)
    if (keys.length === 0) return false
    if (keys.some(key => isSameKey(key, pkg.publicKey))) return true
    throw untrusted(pkg, keyring, keys)
  })
}

function untrusted(pkg: SignedPackage, { keyring, where }: Keyring, keys: readonly Uint8Array[]): TrustError {
  const got = keyId(pkg.publicKey)
  const [first = new Uint8Array()] = keys
  const others = keys.length === 1 ? '' : ` or one of ${keys.length - 1} more`
  const want = `${keyId(first)}${others}`
  const name = JSON.stringify(pkg.name)
  const message = `${pkg.path}: signed by key ${got}, expected ${want}: the ${keyring} keyring ${where} has it for ${name} (trust §3)`
  const hint =
    'somebody else than you expect signed this file; `flavor trust list` shows the keys, `flavor trust add` takes a new one'
  return new TrustError('KEY_UNTRUSTED', message, { file: pkg.path, field: 'public key', got, want }, { hint })
}
