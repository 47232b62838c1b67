import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Sha256, sha256, sha256Hex } from '../../src/crypto/sha256.ts'

test('FIPS 180-4: the digest of "abc"', () => {
  expect(sha256Hex(Buffer.from('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

test('agrees with @noble/hashes, whole and in any pieces', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), pieces => {
      const whole = Buffer.concat(pieces)
      const want = nobleSha256(whole)
      expect(sha256(whole)).toEqual(want)
      const inPieces = new Sha256()
      const asHex = new Sha256()
      for (const piece of pieces) {
        inPieces.update(piece)
        asHex.update(piece)
      }
      expect(inPieces.digest()).toEqual(want)
      expect(asHex.digestHex()).toBe(sha256Hex(whole))
    }),
  )
})
