import { CryptoError } from './crypto-error.ts'

/** One PEM block: RFC 7468 in its strict form, with any line lengths and CRLF accepted. */
export interface PemBlock {
  readonly label: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** A whole file: nothing but white space around one block. A second block would leave open which one is meant. */
const PEM = /^\s*-----BEGIN ([A-Z0-9 ]+)-----\r?\n([A-Za-z0-9+/=\r\n \t]*?)-----END ([A-Z0-9 ]+)-----\s*$/

/** Longer than any Ed25519 key, with room for comments of editors that pad; keeps a wrong file from being decoded. */
const MAX_PEM_BYTES = 16 * 1024

/** Whether the bytes begin like PEM. */
export function looksLikePem(bytes: Uint8Array): boolean {
  return latin1(bytes.subarray(0, 256)).trimStart().startsWith('-----BEGIN ')
}

/**
 * Reads the one block of a PEM file.
 * @throws CryptoError KEY_FORMAT
 */
export function parsePem(bytes: Uint8Array, where: string): PemBlock {
  const match = bytes.length > MAX_PEM_BYTES ? null : PEM.exec(latin1(bytes))
  const [, label, body, endLabel] = match ?? []
  if (label === undefined || body === undefined || label !== endLabel) {
    throw new CryptoError('KEY_FORMAT', `${where}: the PEM text is damaged, expected exactly one block (RFC 7468)`, {
      file: where,
      want: 'one PEM block',
    })
  }
  const text = body.replace(/\s+/g, '')
  const decoded = Buffer.from(text, 'base64')
  // Buffer skips what it does not understand; only text that encodes back to itself is base64.
  if (decoded.toString('base64') !== text) {
    throw new CryptoError('KEY_FORMAT', `${where}: the body of the ${label} block is not base64 (RFC 7468)`, {
      file: where,
      field: label,
    })
  }
  return { label, bytes: new Uint8Array(decoded) }
}

/** One PEM block in 64-character lines, with a final newline. */
export function encodePem(label: string, bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
