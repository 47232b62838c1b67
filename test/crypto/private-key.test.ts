import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { encodeEncryptedKeyPem, encodePrivateKeyPem, keyPairFromSeedText } from '../../src/crypto/keys.ts'
import { openPrivateKeyFile, openPrivateKeyVariable } from '../../src/crypto/private-key.ts'
import { scratch } from '../support/scratch.ts'

const KEY = keyPairFromSeedText('test123')
const code = (expected: string) => expect.objectContaining({ code: expected })
const named = (text: string) => ({ isNamed: true, read: async () => text })

test('§5.7 only an encrypted key asks for a passphrase', async () => {
  const [plain, locked] = [join(scratch(), 'plain'), join(scratch(), 'locked')]
  writeFileSync(plain, encodePrivateKeyPem(KEY), { mode: 0o600 })
  writeFileSync(locked, encodeEncryptedKeyPem(KEY, 'correct horse'), { mode: 0o600 })
  const asked: string[] = []
  const asking = {
    isNamed: false,
    read: async (where: string) => {
      asked.push(where)
      return 'correct horse'
    },
  }
  expect([await openPrivateKeyFile(plain, asking), await openPrivateKeyFile(locked, asking)]).toEqual([KEY, KEY])
  expect(asked).toEqual([locked])
  await expect(openPrivateKeyFile(locked)).rejects.toThrow(code('KEY_ENCRYPTED'))
  await expect(openPrivateKeyFile(locked, named('wrong'))).rejects.toThrow(code('KEY_PASSPHRASE'))
  await expect(openPrivateKeyFile(plain, named('correct horse'))).rejects.toThrow(code('KEY_PLAIN'))
})

test.each([
  ['PEM', encodePrivateKeyPem(KEY)],
  ['PEM with CRLF', encodePrivateKeyPem(KEY).replaceAll('\n', '\r\n')],
  ['base64 of PEM, in lines', Buffer.from(encodePrivateKeyPem(KEY)).toString('base64').replace(/.{40}/g, '$&\n')],
  ['base64 of the seed', Buffer.from(KEY.seed).toString('base64')],
])('§5.7 a variable holds a key as %s', async (_, text) => {
  expect(await openPrivateKeyVariable('MY_KEY', { MY_KEY: text })).toEqual(KEY)
})

test('§5.7 a variable holds an encrypted key', async () => {
  const environment = { MY_KEY: encodeEncryptedKeyPem(KEY, 'correct horse') }
  expect(await openPrivateKeyVariable('MY_KEY', environment, named('correct horse'))).toEqual(KEY)
})

test('§5.7 other text in a variable is no key, whatever its length, and is not quoted', async () => {
  await expect(openPrivateKeyVariable('MY_KEY', {})).rejects.toThrow(code('SECRET_MISSING'))
  for (const text of ['hunter2 hunter2', 'x'.repeat(43), `${'-'.repeat(42)}x=`, '/path/to/a/key']) {
    const refused = openPrivateKeyVariable('MY_KEY', { MY_KEY: text })
    await expect(refused).rejects.toThrow(code('KEY_FORMAT'))
    await expect(refused).rejects.toSatisfy(error => !String(error).includes(text))
  }
})
