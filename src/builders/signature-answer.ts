import { ED25519_SIGNATURE_SIZE } from '../crypto/ed25519.ts'

/** White space around, and the line breaks of `base64` and `openssl enc`, inside of a text. */
const WHITE = /[ \t\r\n]+/g

/** The signature that a program wrote: 64 raw bytes, 128 hex digits or base64. Undefined for anything else. */
export function signatureOf(answer: Uint8Array): Uint8Array | undefined {
  if (answer.length === ED25519_SIGNATURE_SIZE) return new Uint8Array(answer)
  const text = Buffer.from(answer).toString('latin1').replace(WHITE, '')
  if (/^[0-9a-fA-F]{128}$/.test(text)) return new Uint8Array(Buffer.from(text, 'hex'))
  const bytes = Buffer.from(text, 'base64')
  const isExact = bytes.length === ED25519_SIGNATURE_SIZE && bytes.toString('base64') === text
  return isExact ? new Uint8Array(bytes) : undefined
}
