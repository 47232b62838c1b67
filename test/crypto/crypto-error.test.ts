import { expect, test } from 'vitest'
import { CRYPTO_CODES, CryptoError } from '../../src/crypto/crypto-error.ts'

test('carries its row, its detail and its hint', () => {
  const error = new CryptoError('KEY_WEAK', 'key: weak', { field: 'public key' }, { hint: 'ask again' })
  expect(error).toMatchObject({
    name: 'CryptoError',
    code: 'KEY_WEAK',
    detail: { field: 'public key' },
    hint: 'ask again',
  })
  expect(error.row).toBe(CRYPTO_CODES.KEY_WEAK)
})
