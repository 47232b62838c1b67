import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSigningKey } from '../../src/builders/signing-key.ts'
import { encodePrivateKeyPem, encodePublicKeyPem, keyPairFromSeedText } from '../../src/crypto/keys.ts'
import { scratch } from '../support/scratch.ts'

const key = keyPairFromSeedText('test123')
const code = (expected: string) => expect.objectContaining({ code: expected })

function files() {
  const directory = scratch()
  const paths = {
    own: join(directory, 'own.key'),
    publicKey: join(directory, 'own.pub'),
    foreign: join(directory, 'foreign.pub'),
  }
  writeFileSync(paths.own, encodePrivateKeyPem(key), { mode: 0o600 })
  writeFileSync(paths.publicKey, encodePublicKeyPem(key.publicKey))
  writeFileSync(paths.foreign, encodePublicKeyPem(keyPairFromSeedText('foreign').publicKey))
  return { ...paths, environment: { XDG_CONFIG_HOME: join(directory, 'config') } }
}

test('§5.7 a key comes from a file, a text, the default place, or nowhere', async () => {
  const { own, environment } = files()
  expect(await openSigningKey({ kind: 'file', path: own }, {})).toEqual({
    kind: 'file',
    key,
    path: own,
    created: false,
  })
  expect(await openSigningKey({ kind: 'seed', text: 'test123' }, {})).toEqual({ kind: 'seed', key, created: false })
  const made = await openSigningKey({ kind: 'default' }, environment)
  expect(made.created).toBe(true)
  expect(await openSigningKey({ kind: 'default' }, environment)).toEqual({ ...made, created: false })
  const [one, two] = await Promise.all([
    openSigningKey({ kind: 'ephemeral' }, {}),
    openSigningKey({ kind: 'ephemeral' }, {}),
  ])
  expect(one.key.publicKey).not.toEqual(two.key.publicKey)
})

test('§5.7 a public key that is not the other half is refused, wherever the private one came from', async () => {
  const { own, publicKey, foreign, environment } = files()
  expect(await openSigningKey({ kind: 'file', path: own, publicKey }, {})).toMatchObject({ key })
  expect(await openSigningKey({ kind: 'seed', text: 'test123', publicKey }, {})).toMatchObject({ key })
  const choices = [
    { kind: 'file', path: own, publicKey: foreign },
    { kind: 'seed', text: 'test123', publicKey: foreign },
    { kind: 'default', publicKey: foreign },
  ] as const
  for (const choice of choices) await expect(openSigningKey(choice, environment)).rejects.toThrow(code('KEY_MISMATCH'))
})
