import { expect, test } from 'vitest'
import { parseToml } from '../../src/manifest/toml.ts'

const source = (text: string) => ({ path: '/p/pyproject.toml', text, syntax: 'toml' as const })

test('a text that is no TOML is refused with its place', () => {
  expect(parseToml(source('[a]\nb = 1'))).toEqual({ a: { b: 1 } })
  expect(() => parseToml(source('[a]\nb = = 1'))).toThrow(
    expect.objectContaining({ code: 'MANIFEST_SYNTAX', detail: expect.objectContaining({ line: '2' }) }),
  )
})

test('the file that is no TOML is named as it is', () => {
  const wrong = { path: '/p/other.toml', text: '=', syntax: 'toml' as const }
  expect(() => parseToml(wrong)).toThrow(/^other\.toml:1:1: /)
})
