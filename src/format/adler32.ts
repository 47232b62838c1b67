const MOD_ADLER = 65521
/** The most additions before the sums could pass 2^32 (zlib's NMAX). */
const NMAX = 5552

/** Adler-32 with start value 1, as zlib defines it (RFC 1950 §8.2). */
export function adler32(bytes: Uint8Array): number {
  let a = 1
  let b = 0
  for (let start = 0; start < bytes.length; start += NMAX) {
    for (const byte of bytes.subarray(start, start + NMAX)) {
      a += byte
      b += a
    }
    a %= MOD_ADLER
    b %= MOD_ADLER
  }
  return ((b << 16) | a) >>> 0
}
