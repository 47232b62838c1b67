import { expect, test } from 'vitest'
import { keyId } from '../../src/crypto/key-id.ts'
import { keyPairFromSeedText } from '../../src/crypto/keys.ts'
import { sha256Hex } from '../../src/crypto/sha256.ts'

test('§1.3 is the first 16 hex digits of the SHA-256 of the raw public key', () => {
  const { publicKey } = keyPairFromSeedText('test123')
  expect(keyId(publicKey)).toMatch(/^[0-9a-f]{16}$/)
  expect(sha256Hex(publicKey).startsWith(keyId(publicKey))).toBe(true)
})
