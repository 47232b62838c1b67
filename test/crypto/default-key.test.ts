import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultKeyPath, openDefaultKey } from '../../src/crypto/default-key.ts'
import { scratch } from '../support/scratch.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

test('it is made once, for its owner alone, and stays the same', () => {
  const environment = { XDG_CONFIG_HOME: join(scratch(), 'config') }
  const first = openDefaultKey(environment)
  expect(first).toMatchObject({ created: true, path: defaultKeyPath(environment) })
  expect(statSync(first.path).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(first.path)).mode & 0o777).toBe(0o700)
  expect(openDefaultKey(environment)).toEqual({ ...first, created: false })
})

test('one that others may read is refused', () => {
  const environment = { XDG_CONFIG_HOME: scratch() }
  chmodSync(openDefaultKey(environment).path, 0o644)
  expect(() => openDefaultKey(environment)).toThrow(code('KEY_FILE_MODE'))
})

test.runIf(process.getuid?.() === 0)(
  'root does not leave a key in the settings of a user (sudo with a kept HOME)',
  () => {
    const home = join(scratch(), 'home')
    mkdirSync(home)
    chownSync(home, 12345, 12345)
    expect(() => openDefaultKey({ XDG_CONFIG_HOME: join(home, '.config') })).toThrow(code('KEY_FILE'))
    expect(statSync(join(home, '.config'), { throwIfNoEntry: false })).toBeUndefined()
  },
)
