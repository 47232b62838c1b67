import { expect, test } from 'vitest'
import { packageUrl } from '../../../src/builders/origin/package-url.ts'

test('names and versions are encoded so that no separator is ambiguous', () => {
  expect(packageUrl('pypi', 'requests', '2.34.2')).toBe('pkg:pypi/requests@2.34.2')
  expect(packageUrl('npm', '@noble/hashes', '1.0')).toBe('pkg:npm/%40noble/hashes@1.0')
  expect(packageUrl('cargo', 'zstd-sys', '2.1.3+zstd.1')).toBe('pkg:cargo/zstd-sys@2.1.3%2Bzstd.1')
  expect(packageUrl('generic', 'a b?c#d', '1:2')).toBe('pkg:generic/a%20b%3Fc%23d@1:2')
  expect(packageUrl('generic', 'none')).toBe('pkg:generic/none')
})
