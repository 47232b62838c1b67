import { chmodSync, chownSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultKeyPath, openDefaultKey } from '../../src/crypto/default-key.ts'
import { encodeEncryptedKeyPem, keyPairFromSeedText } from '../../src/crypto/keys.ts'
import { scratch } from '../support/scratch.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

test('it is made once, for its owner alone, and stays the same', async () => {
  const environment = { XDG_CONFIG_HOME: join(scratch(), 'config') }
  const first = await openDefaultKey(environment)
  expect(first).toMatchObject({ created: true, path: defaultKeyPath(environment) })
  expect(statSync(first.path).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(first.path)).mode & 0o777).toBe(0o700)
  expect(await openDefaultKey(environment)).toEqual({ ...first, created: false })
})

test('one that others may read is refused', async () => {
  const environment = { XDG_CONFIG_HOME: scratch() }
  chmodSync((await openDefaultKey(environment)).path, 0o644)
  await expect(openDefaultKey(environment)).rejects.toThrow(code('KEY_FILE_MODE'))
})

test.runIf(process.getuid?.() === 0)(
  'root does not leave a key in the settings of a user (sudo with a kept HOME)',
  async () => {
    const home = join(scratch(), 'home')
    mkdirSync(home)
    chownSync(home, 12345, 12345)
    await expect(openDefaultKey({ XDG_CONFIG_HOME: join(home, '.config') })).rejects.toThrow(code('KEY_FILE'))
    expect(statSync(join(home, '.config'), { throwIfNoEntry: false })).toBeUndefined()
  },
)

test('it may be encrypted, and none is made where a passphrase is named', async () => {
  const environment = { XDG_CONFIG_HOME: scratch() }
  const passphrase = { isNamed: true, read: async () => 'correct horse' }
  await expect(openDefaultKey(environment, passphrase)).rejects.toThrow(code('KEY_FILE'))
  const { path } = await openDefaultKey(environment)
  const key = keyPairFromSeedText('test123')
  writeFileSync(path, encodeEncryptedKeyPem(key, 'correct horse'))
  await expect(openDefaultKey(environment)).rejects.toThrow(code('KEY_ENCRYPTED'))
  expect(await openDefaultKey(environment, passphrase)).toEqual({ key, path, created: false })
})
