import { expect, test } from 'vitest'
import { PLATFORM_NAMES, parsePlatform } from '../../src/cli/platform-flag.ts'
import { platformName } from '../../src/format/platform.ts'

test('a name is the platform that it names', () => {
  for (const name of PLATFORM_NAMES) expect(platformName(parsePlatform(name))).toBe(name)
})

test('others are a usage error that lists the names', () => {
  const refused = { code: 'FLAG_VALUE', message: expect.stringContaining('linux_amd64') }
  expect(() => parsePlatform('linux-arm64')).toThrowError(expect.objectContaining(refused))
})
