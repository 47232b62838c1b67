import type { Hash } from 'node:crypto'
import { directOpenssl } from './openssl.ts'

/** node:crypto uses the processor's SHA instructions: 1.7 GB/s where JavaScript reaches 0.2. Loaded at its first use. */
const nodeCrypto = () => process.getBuiltinModule('node:crypto')

export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return directOpenssl()?.sha256(bytes) ?? new Uint8Array(nodeCrypto().hash('sha256', bytes, 'buffer'))
}

/** SHA-256 as 64 lower-case hex digits. */
export function sha256Hex(bytes: Uint8Array): string {
  return Buffer.from(sha256(bytes)).toString('hex')
}

/** SHA-256 of bytes that come in pieces. A digest can be taken once. */
export class Sha256 {
  readonly #hash: Hash = nodeCrypto().createHash('sha256')

  update(bytes: Uint8Array): this {
    this.#hash.update(bytes)
    return this
  }

  digest(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#hash.digest())
  }

  digestHex(): string {
    return this.#hash.digest('hex')
  }
}
