import { expect, test } from 'vitest'
import { fieldError, fieldName, locate } from '../../src/manifest/manifest-source.ts'

const toml = (text: string) => ({ path: 'pyproject.toml', text, syntax: 'toml' as const })

test('a value is found in tables, dotted keys, inline tables, arrays and arrays of tables', () => {
  const source = toml('a.b = 1\n[c]\nd = { e = [1,\n  2] }\n[[f]]\nx = 1\n[[f]]\n"x y" = 2\n[g.h.i]\n')
  expect(locate(source, ['a', 'b'])).toEqual({ line: 1, column: 7 })
  expect(locate(source, ['a'])).toEqual({ line: 1, column: 1 })
  expect(locate(source, ['c', 'd', 'e', 1])).toEqual({ line: 4, column: 3 })
  expect(locate(source, ['f', 1, 'x y'])).toEqual({ line: 8, column: 9 })
  expect(locate(source, ['f', 1])).toEqual({ line: 7, column: 1 })
  expect(locate(source, ['g'])).toEqual({ line: 9, column: 1 })
})

test('what is not there is where it would be', () => {
  const source = toml('x = 1\n[c]\nd = 1\n')
  expect(locate(source, ['c', 'missing'])).toEqual({ line: 2, column: 1 })
  expect(locate(source, ['missing', 'too'])).toEqual({ line: 1, column: 1 })
})

test('JSON is counted in the same way', () => {
  const source = { path: 'x.json', text: '{\n  "a": [1,\n    {"b": 2}]\n}', syntax: 'json' as const }
  expect(locate(source, ['a', 1, 'b'])).toEqual({ line: 3, column: 11 })
  expect(locate(source, ['a', 1, 'missing'])).toEqual({ line: 3, column: 5 })
})

test('a field is written as people write it', () => {
  expect(fieldName(['tool', 'flavor', 'slots', 0, 'id'])).toBe('tool.flavor.slots[0].id')
  expect(fieldName(['a', 'odd key'])).toBe('a."odd key"')
  expect(fieldName([])).toBe('(the whole)')
})

test('an error says where, what, and what was expected', () => {
  const error = fieldError('MANIFEST_VALUE', toml('a = 5\n'), ['a'], { got: '5', want: 'a string', hint: 'quote it' })
  expect(error.message).toBe('pyproject.toml:1:5: a is 5, expected a string')
  expect(error).toMatchObject({
    hint: 'quote it',
    detail: { line: '1', column: '5', field: 'a', got: '5', want: 'a string' },
  })
})

test('a byte order mark that the parser of values passes over is no obstacle to a place', () => {
  const text = '\uFEFF[project]\nname = 5\n'
  expect(locate({ path: 'pyproject.toml', text, syntax: 'toml' }, ['project', 'name'])).toEqual({ line: 2, column: 8 })
})
