/** RFC 4648 §4 with padding and without bits that encode nothing; undefined for any other text, and for another number of bytes. */
export function decodeBase64(text: string, size: number): Uint8Array<ArrayBuffer> | undefined {
  const bytes = Buffer.from(text, 'base64')
  // Buffer skips what it does not understand; only text that encodes back to itself is base64.
  return bytes.length === size && bytes.toString('base64') === text ? new Uint8Array(bytes) : undefined
}

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}

/** Whether two keys are the same, byte for byte. */
export function isSameKey(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}
