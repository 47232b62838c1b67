import { expect, test } from 'vitest'
import {
  checkSpecifier,
  checkVersion,
  defaultRequest,
  serves,
} from '../../../../src/builders/python/interpreter/python-version.ts'

function code(expected: string): object {
  return expect.objectContaining({ code: expected })
}

test('requires-python is a PEP 440 specifier or absent', () => {
  checkSpecifier(undefined)
  checkSpecifier('>=3.10,<4')
  checkSpecifier('~=3.11')
  expect(() => checkSpecifier('three')).toThrowError(code('INTERPRETER_REQUIRES'))
})

test.each([
  ['3.11.7', undefined, true],
  ['3.11.7', '>=3.10', true],
  ['3.11.7', '>=3.12', false],
  ['3.10.0', '!=3.10.*', false],
  ['3.9.18', undefined, false],
  ['3.9.18', '>=3.8', false],
  ['3.14.0', '>=3.10', true],
] as const)('%s for requires-python %s: %s', (version, requires, expected) => {
  expect(serves(version, requires)).toBe(expected)
  const check = () => checkVersion(version, requires, '/usr/bin/python3')
  if (expected) check()
  else expect(check).toThrowError(code('INTERPRETER_VERSION'))
})

test('uv is asked for what the project accepts and we have tried', () => {
  expect(defaultRequest(undefined)).toBe('>=3.10,<3.14')
  expect(defaultRequest('>=3.11')).toBe('>=3.10,<3.14,>=3.11')
})
