import fc from 'fast-check'
import { expect, test } from 'vitest'
import { adler32 } from '../../src/format/adler32.ts'

test('§2.3 the values of the reference and of RFC 1950', () => {
  expect(adler32(new Uint8Array())).toBe(1)
  expect(adler32(Buffer.from('Wikipedia'))).toBe(0x11e60398)
  expect(adler32(Buffer.from('Hello, PSPF!\n'))).toBe(0x1d5103a5)
})

test('§2.3 the sums do not overflow on long runs of 0xff', () => {
  expect(adler32(new Uint8Array(1_000_000).fill(0xff))).toBe(slowly(new Uint8Array(1_000_000).fill(0xff)))
})

test('§2.3 agrees with the definition for any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12_000 }), bytes => {
      expect(adler32(bytes)).toBe(slowly(bytes))
    }),
  )
})

/** RFC 1950 §9: one step of both sums per byte. */
function slowly(bytes: Uint8Array): number {
  let a = 1
  let b = 0
  for (const byte of bytes) {
    a = (a + byte) % 65521
    b = (b + a) % 65521
  }
  return b * 65536 + a
}
