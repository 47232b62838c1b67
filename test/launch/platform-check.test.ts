import { describe, expect, test } from 'vitest'
import type { MetadataInput } from '../../src/format/metadata.ts'
import { checkPlatform, compareVersions, type Machine, machineLibc } from '../../src/launch/platform-check.ts'
import { refusal } from '../format/refusals.ts'
import { metadataWith } from './metadata-with.ts'

const MACHINE: Machine = { os: 'linux', arch: 'amd64', libc: { name: 'glibc', version: '2.36' } }

const check = (platforms: MetadataInput['platforms'], machine = MACHINE) =>
  checkPlatform(metadataWith(platforms === undefined ? {} : { platforms }), machine)

describe('§8.1 where a package runs', () => {
  test.each<[string, MetadataInput['platforms']]>([
    ['a package that says nothing', undefined],
    ['an empty list', []],
    ['the same platform', [{ os: 'linux', arch: 'amd64' }]],
    [
      'one of several',
      [
        { os: 'darwin', arch: 'arm64' },
        { os: 'linux', arch: 'amd64' },
      ],
    ],
    ['the same libc', [{ os: 'linux', arch: 'amd64', libc: 'glibc', libc_version: '2.36' }]],
    ['an older libc, by numbers', [{ os: 'linux', arch: 'amd64', libc: 'glibc', libc_version: '2.9' }]],
    ['a libc of any version', [{ os: 'linux', arch: 'amd64', libc: 'glibc' }]],
  ])('accepts %s', (_, platforms) => {
    expect(() => check(platforms)).not.toThrow()
  })

  test.each<[string, MetadataInput['platforms'], string]>([
    ['another system', [{ os: 'darwin', arch: 'amd64' }], 'PLATFORM_WRONG'],
    ['another processor', [{ os: 'linux', arch: 'arm64' }], 'PLATFORM_WRONG'],
    ['a newer libc', [{ os: 'linux', arch: 'amd64', libc: 'glibc', libc_version: '2.37' }], 'LIBC_TOO_OLD'],
    ['another libc', [{ os: 'linux', arch: 'amd64', libc: 'musl' }], 'LIBC_TOO_OLD'],
  ])('refuses %s', (_, platforms, code) => {
    expect(() => check(platforms)).toThrowError(refusal(code))
  })

  test('refuses a package for glibc where there is none', () => {
    const { os, arch } = MACHINE
    expect(() => check([{ os, arch, libc: 'glibc' }], { os, arch })).toThrowError(refusal('LIBC_TOO_OLD'))
  })
})

test('§8.1 compares versions by their numbers', () => {
  expect(compareVersions('2.9', '2.36')).toBeLessThan(0)
  expect(compareVersions('2.36', '2.36')).toBe(0)
  expect(compareVersions('3.0', '2.99')).toBeGreaterThan(0)
  expect(compareVersions('2', '2.1')).toBeLessThan(0)
})

test.runIf(process.platform === 'linux')('§8.1 knows the C library that it runs on', () => {
  const report = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  expect(machineLibc()?.version).toBe(report.header.glibcVersionRuntime)
})
