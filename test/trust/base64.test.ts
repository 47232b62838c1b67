import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase64, encodeBase64, isSameKey } from '../../src/trust/base64.ts'

test('what is written is read, and only with the number of bytes that it has', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), bytes => {
      const text = encodeBase64(bytes)
      expect(decodeBase64(text, bytes.length)).toEqual(bytes)
      expect(decodeBase64(text, bytes.length + 1)).toBeUndefined()
    }),
  )
})

test('RFC 4648 §4: one text for each value', () => {
  for (const text of ['AA', 'AA=', 'AB==', 'AA==\n', ' AA==', 'A-==', ''])
    expect(decodeBase64(text, 1), text).toBeUndefined()
  expect(decodeBase64('AA==', 1)).toEqual(new Uint8Array(1))
})

test('keys are the same byte for byte', () => {
  expect(isSameKey(new Uint8Array([1, 2]), Buffer.from([1, 2]))).toBe(true)
  expect(isSameKey(new Uint8Array([1, 2]), new Uint8Array([1, 3]))).toBe(false)
  expect(isSameKey(new Uint8Array([1, 2]), new Uint8Array([1]))).toBe(false)
})
