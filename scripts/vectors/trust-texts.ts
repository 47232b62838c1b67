import { createHash } from 'node:crypto'
import { KEY, OTHER_KEY, type SeedKey, seedKey } from './keys.ts'

/** Lines of trust as spec/trust.md has them, made here a second time. */

export const THIRD_KEY = seedKey('third')
export const FOURTH_KEY = seedKey('fourth')

export const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
export const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

export const keyLine = (key: SeedKey, names: string, comment = '') =>
  `flavor-ed25519 ${base64(key.publicKey)} ${names}${comment && ` ${comment}`}\n`

export function rotationLine(names: string, oldKey: SeedKey, newKey: SeedKey, signer = oldKey): string {
  const [from, to] = [base64(oldKey.publicKey), base64(newKey.publicKey)]
  const signature = signer.sign(Buffer.from(`flavor-rotation 1\n${names} ${from} ${to}\n`))
  return `flavor-rotation ${names} ${from} ${to} ${base64(signature)}\n`
}

export const HASH = createHash('sha256').update('a file').digest('hex')

export function signatureLine(key: SeedKey, hash = HASH, first = 'flavor-signature 1'): string {
  return `flavor-signature ${base64(key.publicKey)} ${base64(key.sign(Buffer.from(`${first}\n${hash}\n`)))}\n`
}

export const seenLine = (name: string, key: SeedKey, version: string, state: 'current' | 'former') =>
  `${name} ${base64(key.publicKey)} ${version} ${state}`

export function memoryText(...lines: string[]): string {
  const sorted = lines.map(line => Buffer.from(line)).sort(Buffer.compare)
  return ['flavor-seen 1', ...sorted, ''].join('\n')
}

export { KEY, OTHER_KEY }
