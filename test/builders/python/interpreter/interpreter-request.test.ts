import { expect, test } from 'vitest'
import { parseInterpreterSpec } from '../../../../src/builders/python/interpreter/interpreter-request.ts'

test.each([
  [undefined, { provider: 'default' }],
  ['default', { provider: 'default' }],
  ['none', { provider: 'none' }],
  ['none:3.11', { provider: 'none', version: '3.11' }],
  ['uv:3.12', { provider: 'uv', version: '3.12' }],
  ['uv:3.12.4', { provider: 'uv', version: '3.12.4' }],
  ['/usr/bin/python3', { provider: 'vendored', path: '/usr/bin/python3' }],
  ['./python/bin/python3', { provider: 'vendored', path: '/project/python/bin/python3' }],
] as const)('%s', (text, expected) => {
  expect(parseInterpreterSpec(text, '/project')).toEqual(expected)
})

test.each([
  '',
  'uv:',
  'uv:latest',
  'uv:3',
  'python3',
  '3.12',
  'UV:3.12',
  'none:',
  'none:3',
  'none:3.11.2',
  'uv:3.12; rm',
])('%j is refused', text => {
  expect(() => parseInterpreterSpec(text, '/project')).toThrowError(
    expect.objectContaining({ code: 'INTERPRETER_SPEC' }),
  )
})
