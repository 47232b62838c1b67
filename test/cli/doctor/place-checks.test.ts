import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cacheCheck, keyCheck } from '../../../src/cli/doctor/place-checks.ts'
import { openDefaultKey } from '../../../src/crypto/default-key.ts'
import { encodeEncryptedKeyPem, keyPairFromSeedText } from '../../../src/crypto/keys.ts'
import { scratch } from '../../support/scratch.ts'

test('workenv §1.1 the cache is the first rung that works, and nothing is left in it', () => {
  const base = join(scratch(), 'cache')
  expect(cacheCheck({ FLAVOR_CACHE: base })).toMatchObject({
    status: 'ok',
    detail: expect.stringContaining(`${base}, `),
  })
  expect(readdirSync(base)).toEqual([])
})

test('workenv §1.2 a rung that is refused is said, and the next one is used', () => {
  const directory = scratch()
  symlinkSync('elsewhere', join(directory, 'link'))
  mkdirSync(join(directory, 'runtime'), { mode: 0o700 })
  const environment = { FLAVOR_CACHE: join(directory, 'link'), XDG_RUNTIME_DIR: join(directory, 'runtime') }
  expect(cacheCheck(environment)).toMatchObject({ status: 'warn', detail: expect.stringContaining('it is a symlink') })
})

test('the default key is named, and refused where others may read it', async () => {
  const environment = { XDG_CONFIG_HOME: scratch() }
  expect(keyCheck(environment)).toMatchObject({ status: 'ok', detail: expect.stringContaining('made by the first') })
  const { path } = await openDefaultKey(environment)
  expect(keyCheck(environment)).toMatchObject({ status: 'ok', detail: expect.stringContaining('key id') })
  writeFileSync(path, encodeEncryptedKeyPem(keyPairFromSeedText('test123'), 'correct horse'))
  expect(keyCheck(environment)).toMatchObject({ status: 'ok', detail: expect.stringContaining('encrypted') })
  chmodSync(path, 0o644)
  expect(keyCheck(environment)).toMatchObject({ status: 'fail' })
})
