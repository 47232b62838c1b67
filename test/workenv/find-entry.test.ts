import { expect, test } from 'vitest'
import { findEntry } from '../../src/workenv/find-entry.ts'

const entries = [
  { id: 'app-1-aa', name: 'app' },
  { id: 'app-1-ab', name: 'app' },
  { id: 'tool-2-cc', name: 'tool' },
]

test('one is found by its id, the beginning of it, or a name that no other has', () => {
  for (const id of ['tool-2-cc', 'to', 'tool']) expect(findEntry(entries, id)).toBe(entries[2])
  expect(findEntry([...entries, { id: 'app-1', name: 'x' }], 'app-1').name).toBe('x')
})

test('none and several are refused, with those that were meant most likely', () => {
  const failure = (id: string, among = entries) => {
    try {
      return findEntry(among, id)
    } catch (error) {
      return (error as Error).message
    }
  }
  expect(failure('app')).toBe('"app" names 2 work environments, expected one of app-1-aa, app-1-ab')
  expect(failure('-CC')).toBe('"-CC" names no work environment, expected one of tool-2-cc, app-1-aa, app-1-ab')
  expect(failure('', [])).toBe('"" names no work environment, expected none: nothing is unpacked')
  const many = Array.from({ length: 200 }, (_, at) => ({ id: `x-${at}`, name: 'x' }))
  expect(failure('x', many)).toMatch(/^"x" names 200 .* x-4 and 195 more$/)
  expect(() => findEntry(entries, 'app')).toThrowError(expect.objectContaining({ code: 'WORKENV_UNKNOWN' }))
})
