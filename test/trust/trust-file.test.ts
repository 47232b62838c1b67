import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isTrustDirectory, readTrustFile } from '../../src/trust/trust-file.ts'
import { missing } from '../support/machines.ts'
import { scratch } from '../support/scratch.ts'
import { trustPlace } from '../support/trust-place.ts'

const unsafe = expect.objectContaining({ code: 'TRUST_FILE_UNSAFE' })
const unreadable = expect.objectContaining({ code: 'TRUST_FILE_READ' })

test('trust §2.5 a directory is there, is not, or is refused', () => {
  const { path, owners } = trustPlace()
  expect(isTrustDirectory(path, 'user', owners)).toBe(true)
  expect(isTrustDirectory(join(path, 'none'), 'system', owners)).toBe(false)
  for (const mode of [0o720, 0o702]) {
    chmodSync(path, mode)
    expect(() => isTrustDirectory(path, 'user', owners), `${mode}`).toThrow(unsafe)
  }
  chmodSync(path, 0o755)
  expect(() => isTrustDirectory(path, 'user', [4242])).toThrow(unsafe)
  expect(isTrustDirectory(path, 'user', undefined)).toBe(true)
  const file = join(path, 'file')
  writeFileSync(file, '')
  expect(() => isTrustDirectory(file, 'user', owners)).toThrow(unsafe)
  expect(isTrustDirectory(join(file, 'x'), 'system', owners)).toBe(false)
})

test('trust §2.5 a user keyring that cannot be reached is none, a system keyring is refused', () => {
  const circle = join(scratch(), 'circle')
  symlinkSync('circle', circle)
  for (const path of [circle, `/${'x'.repeat(300)}`]) {
    expect(isTrustDirectory(path, 'user', [0])).toBe(false)
    expect(() => isTrustDirectory(path, 'system', [0])).toThrow(unreadable)
  }
})

test('trust §2.5 files are judged as they are opened, through links too', () => {
  const { path, owners } = trustPlace({ real: 'text' })
  const real = join(path, 'real')
  symlinkSync('real', join(path, 'link'))
  expect(Buffer.from(readTrustFile(join(path, 'link'), owners, 100) ?? []).toString()).toBe('text')
  expect(readTrustFile(real, owners, 2)).toHaveLength(3)
  expect(readTrustFile(join(path, 'none'), owners, 100)).toBeUndefined()
  chmodSync(real, 0o620)
  expect(() => readTrustFile(join(path, 'link'), owners, 100)).toThrow(unsafe)
  mkdirSync(join(path, 'directory'))
  expect(() => readTrustFile(join(path, 'directory'), owners, 100)).toThrow(unsafe)
})

test.skipIf(process.platform === 'win32')('trust §2.5 a pipe is refused, and not waited for', () => {
  const { path, owners } = trustPlace()
  execFileSync('mkfifo', [join(path, 'pipe')])
  expect(() => readTrustFile(join(path, 'pipe'), owners, 100)).toThrow(unsafe)
})

const unable = missing('root')
test.skipIf(unable)(`trust §2.5 what belongs to somebody else is refused${unable ? `: ${unable}` : ''}`, () => {
  const { path, owners } = trustPlace({ file: '' })
  chownSync(join(path, 'file'), 4242, 4242)
  expect(() => readTrustFile(join(path, 'file'), owners, 100)).toThrow(/belongs to uid 4242, expected uid 0/)
})
