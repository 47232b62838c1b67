const MOD_ADLER = 65521
/** The most additions before the sums could pass 2^32 (zlib's NMAX). */
const NMAX = 5552

/** Adler-32 with start value 1, as zlib defines it (RFC 1950 §8.2). */
export function adler32(bytes: Uint8Array): number {
  let a = 1
  let b = 0
  for (let start = 0; start < bytes.length; start += NMAX) {
    const end = Math.min(start + NMAX, bytes.length)
    // By index: an iterator takes 4 ms for an index block before V8 has compiled anything, which every launch would pay.
    for (let at = start; at < end; at++) {
      a += bytes[at] ?? 0
      b += a
    }
    a %= MOD_ADLER
    b %= MOD_ADLER
  }
  return ((b << 16) | a) >>> 0
}
