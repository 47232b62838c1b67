import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto'

const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/** A key of the reference's kind: the seed is the SHA-256 of a text (spec §5.7). */
export interface SeedKey {
  readonly seed: Uint8Array
  readonly publicKey: Uint8Array
  readonly sign: (message: Uint8Array) => Buffer
}

export function seedKey(text: string): SeedKey {
  const seed = createHash('sha256').update(text).digest()
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32)
  return { seed, publicKey, sign: message => sign(null, message, privateKey) }
}

/** Signs all vectors, as it signed those of the reference. */
export const KEY = seedKey('test123')
/** Somebody else's. */
export const OTHER_KEY = seedKey('test')

export function keyIdOf(publicKey: Uint8Array): string {
  return createHash('sha256').update(publicKey).digest('hex').slice(0, 16)
}
