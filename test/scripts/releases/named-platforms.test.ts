import { expect, test } from 'vitest'
import { namedPlatforms } from '../../../scripts/releases/named-platforms.ts'
import { nativePlatforms } from '../../../src/builders/launcher/native/native-targets.ts'

test('all without a name, else those that are named, and what is none is named with what there is', () => {
  expect(namedPlatforms(undefined)).toEqual(nativePlatforms())
  expect(namedPlatforms(['linux_arm64', 'windows_amd64'])).toEqual([
    { os: 'linux', arch: 'arm64' },
    { os: 'windows', arch: 'amd64' },
  ])
  expect(() => namedPlatforms(['linux'])).toThrow(/^linux: is no platform, expected .*darwin_arm64/)
})
