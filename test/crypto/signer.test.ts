import { expect, test } from 'vitest'
import { signEd25519 } from '../../src/crypto/ed25519.ts'
import { keyPairFromSeedText } from '../../src/crypto/keys.ts'
import { signWith } from '../../src/crypto/signer.ts'

const KEY = keyPairFromSeedText('test123')
const OTHER = keyPairFromSeedText('other')
const message = Buffer.from('what is signed')

test('§5.7 a key that is here signs, and one that is elsewhere is asked', async () => {
  const elsewhere = { publicKey: KEY.publicKey, where: 'x', sign: async (bytes: Uint8Array) => signEd25519(bytes, KEY) }
  expect(await signWith(KEY, message)).toEqual(signEd25519(message, KEY))
  expect(await signWith(elsewhere, message)).toEqual(signEd25519(message, KEY))
})

test('§5.7 an answer that does not hold under the public key is refused', async () => {
  const answers = [
    signEd25519(message, OTHER),
    signEd25519(Buffer.from('something else'), KEY),
    new Uint8Array(64),
    new Uint8Array(0),
  ]
  for (const answer of answers) {
    const elsewhere = { publicKey: KEY.publicKey, where: 'x', sign: async () => answer }
    await expect(signWith(elsewhere, message)).rejects.toMatchObject({ code: 'KEY_COMMAND' })
  }
})
