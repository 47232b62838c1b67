import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonDifferences } from '../../../src/package/difference/json-difference.ts'

const paths = (a: unknown, b: unknown) => [...jsonDifferences(a, b)].map(({ path }) => path)

test('differences are told by the place where they are', () => {
  const a = { build: { time: 1, tool: 'x' }, list: [1, 2], gone: null }
  expect(paths(a, { build: { time: 2, tool: 'x' }, list: [1, 3, 4], new: true })).toEqual([
    ...['build.time', 'list[1]', 'list[2]', 'gone', 'new'],
  ])
  expect([...jsonDifferences([1], { 0: 1 })]).toEqual([{ path: '', a: [1], b: { 0: 1 } }])
})

test('entries that have names are found by them, whatever their order', () => {
  const a = [
    { id: 'one', size: 1 },
    { id: 'two', size: 2 },
  ]
  expect(paths(a, a.toReversed())).toEqual([])
  expect(paths(a, [{ id: 'two', size: 3 }])).toEqual(['[one]', '[two].size'])
  expect(
    paths(a, [
      { id: 'two', size: 2 },
      { id: 'two', size: 2 },
    ]),
  ).toEqual(['[0].id', '[0].size'])
})

test('a value differs from no copy of itself, and from another one somewhere', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(paths(a, structuredClone(a))).toEqual([])
      const isSame = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
      if (!isSame && !Array.isArray(a)) expect(paths({ a }, { a: [b] })).not.toEqual([])
    }),
  )
})

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
