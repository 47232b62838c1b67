import { expect, test } from 'vitest'
import { platformName, platformOf } from '../../src/format/platform.ts'

test('§5.5 names platforms as packages do', () => {
  expect(platformOf('linux', 'x64')).toEqual({ os: 'linux', arch: 'amd64' })
  expect(platformOf('darwin', 'arm64')).toEqual({ os: 'darwin', arch: 'arm64' })
  expect(platformOf('win32', 'x64')).toEqual({ os: 'windows', arch: 'amd64' })
  expect(platformName({ os: 'linux', arch: 'amd64' })).toBe('linux_amd64')
})

test('§5.5 has no name for other platforms', () => {
  expect(platformOf('aix', 'x64')).toBeUndefined()
  expect(platformOf('linux', 'riscv64')).toBeUndefined()
})
