import { expect, test } from 'vitest'
import {
  hostTarget,
  nativePlatforms,
  programName,
  shippedTarget,
} from '../../../../src/builders/launcher/native/native-targets.ts'
import { platformName } from '../../../../src/format/platform.ts'

test('six platforms have a launcher; each names itself in the triple of Rust', () => {
  expect(nativePlatforms().map(platformName)).toEqual([
    'linux_amd64',
    'linux_arm64',
    'darwin_amd64',
    'darwin_arm64',
    'windows_amd64',
    'windows_arm64',
  ])
  for (const platform of nativePlatforms()) {
    const { triple = '' } = shippedTarget(platform) ?? {}
    expect(triple.startsWith(platform.arch === 'amd64' ? 'x86_64-' : 'aarch64-')).toBe(true)
    expect(triple).toContain(platform.os)
  }
})

test('those for Linux need no library of the machine that runs them, the quick one with glibc neither', () => {
  const platform = { os: 'linux', arch: 'amd64' } as const
  expect(shippedTarget(platform)).toMatchObject({ flavour: 'musl' })
  for (const { rustFlags } of [shippedTarget(platform), hostTarget(platform, 'x86_64-unknown-linux-gnu')].flatMap(
    target => target ?? [],
  )) {
    expect(rustFlags).toContain('-Ctarget-feature=+crt-static')
  }
  const mac = hostTarget({ os: 'darwin', arch: 'arm64' }, 'aarch64-apple-darwin')
  expect(mac.rustFlags.filter(flag => flag.startsWith('-C'))).toEqual([])
})

test('the program has the suffix of its system', () => {
  expect(programName({ os: 'windows', arch: 'arm64' })).toBe('flavor-launcher.exe')
  expect(programName({ os: 'darwin', arch: 'arm64' })).toBe('flavor-launcher')
})
