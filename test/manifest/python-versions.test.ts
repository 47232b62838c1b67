import { satisfies } from '@renovatebot/pep440'
import { expect, test } from 'vitest'
import { requiresPython } from '../../src/manifest/python-versions.ts'

test('nothing said, nothing required', () => {
  expect(requiresPython(undefined, {})).toBeUndefined()
})

test('a minor version means all of its releases, and a maximum includes them', () => {
  const accepts = (version: string, specifier: string | undefined) => satisfies(version, specifier ?? '')
  expect(accepts('3.11.9', requiresPython(undefined, { version: '3.11' }))).toBe(true)
  expect(accepts('3.12.0', requiresPython(undefined, { version: '3.11' }))).toBe(false)
  expect(accepts('3.11.9', requiresPython(undefined, { version: '3.11.8' }))).toBe(false)
  expect(accepts('3.13.9', requiresPython(undefined, { max_version: '3.13' }))).toBe(true)
  expect(accepts('3.14.0', requiresPython(undefined, { max_version: '3.13' }))).toBe(false)
  expect(accepts('3.13.2', requiresPython(undefined, { max_version: '3.13.1' }))).toBe(false)
})

test('all of them hold together', () => {
  expect(requiresPython(' >=3.9 ', { min_version: '3.11', max_version: '3.13' })).toBe('>=3.9,>=3.11,<3.14')
})
