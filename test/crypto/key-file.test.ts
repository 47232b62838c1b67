import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readPrivateKeyFile, readPublicKeyFile, writeKeyFile } from '../../src/crypto/key-file.ts'
import { encodePrivateKeyPem, encodePublicKeyPem, keyPairFromSeedText } from '../../src/crypto/keys.ts'
import { pipe } from '../support/pipe.ts'
import { scratch } from '../support/scratch.ts'

const key = keyPairFromSeedText('test123')
const code = (expected: string) => expect.objectContaining({ code: expected })

test('what is written is read back, with its mode', () => {
  const directory = scratch()
  const [secret, open] = [join(directory, 'secret'), join(directory, 'open')]
  writeKeyFile(secret, encodePrivateKeyPem(key), { mode: 0o600, replace: false })
  writeKeyFile(open, encodePublicKeyPem(key.publicKey), { mode: 0o644, replace: false })
  expect(readPrivateKeyFile(secret)).toEqual(key)
  expect(readPublicKeyFile(open)).toEqual(key.publicKey)
  expect(statSync(secret).mode & 0o777).toBe(0o600)
  expect(readdirSync(directory).sort()).toEqual(['open', 'secret'])
})

test.each([0o640, 0o604, 0o620, 0o666, 0o610])(
  '§5.7 a private key of mode %o may be known or planted, and is refused',
  mode => {
    const path = join(scratch(), 'secret')
    writeFileSync(path, encodePrivateKeyPem(key))
    chmodSync(path, mode)
    expect(() => readPrivateKeyFile(path)).toThrow(code('KEY_FILE_MODE'))
  },
)

test('nobody is told to change the mode of a directory or a device', () => {
  for (const path of [scratch(), '/dev/null']) expect(() => readPrivateKeyFile(path)).toThrow(code('KEY_FILE'))
})

test('the mode of a symlink does not hide that of the file', () => {
  const directory = scratch()
  writeFileSync(join(directory, 'shared'), encodePrivateKeyPem(key), { mode: 0o644 })
  symlinkSync('shared', join(directory, 'link'))
  expect(() => readPrivateKeyFile(join(directory, 'link'))).toThrow(code('KEY_FILE_MODE'))
})

test('an existing file is replaced only when that was asked for, and nothing else is left', () => {
  const directory = scratch()
  const path = join(directory, 'secret')
  writeFileSync(path, 'precious')
  expect(() => writeKeyFile(path, 'new', { mode: 0o600, replace: false })).toThrow(code('KEY_FILE_EXISTS'))
  expect(readFileSync(path, 'utf8')).toBe('precious')
  writeKeyFile(path, 'new', { mode: 0o600, replace: true })
  expect(readFileSync(path, 'utf8')).toBe('new')
  expect(readdirSync(directory)).toEqual(['secret'])
})

test('what cannot be read or written is named', () => {
  const directory = scratch()
  mkdirSync(join(directory, 'folder'), { mode: 0o700 })
  expect(() => readPrivateKeyFile(join(directory, 'none'))).toThrow(code('KEY_FILE'))
  expect(() => readPrivateKeyFile(join(directory, 'folder'))).toThrow(code('KEY_FILE'))
  expect(() => readPublicKeyFile(join(directory, 'none'))).toThrow(code('KEY_FILE'))
  expect(() => writeKeyFile(join(directory, 'none/key'), 'x', { mode: 0o600, replace: true })).toThrow(code('KEY_FILE'))
})

test('a huge file is refused without being read whole', () => {
  const path = join(scratch(), 'huge')
  writeFileSync(path, '-----BEGIN PUBLIC KEY-----\n'.padEnd(1024 * 1024, 'A'), { mode: 0o600 })
  expect(() => readPublicKeyFile(path)).toThrow(code('KEY_FORMAT'))
})

test('a device or a pipe is no file to be replaced', () => {
  const path = pipe()
  expect(() => writeKeyFile(path, 'x', { mode: 0o600, replace: true })).toThrow(/is a pipe, expected a file/)
  expect(statSync(path).isFIFO()).toBe(true)
})
