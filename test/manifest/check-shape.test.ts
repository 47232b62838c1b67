import * as v from 'valibot'
import { expect, test } from 'vitest'
import { checkShape, describeValue } from '../../src/manifest/check-shape.ts'
import { refusal } from './manifests.ts'

const Schema = v.strictObject(
  {
    list: v.optional(v.array(v.strictObject({ name: v.string('a name') }, 'a table'), 'an array')),
    any: v.optional(v.union([v.string(), v.number()])),
  },
  'a table',
)

const check = (text: string, value: unknown) => checkShape(Schema, value, { path: 'x.toml', text, syntax: 'toml' })

test('a value of the right shape passes, with its defaults', () => {
  expect(check('', { list: [{ name: 'x' }] })).toEqual({ list: [{ name: 'x' }] })
})

test('the first fault is told with field, value and expectation', () => {
  expect(refusal(() => check('list = 5', { list: 5 }))).toMatchObject({
    code: 'MANIFEST_VALUE',
    field: 'list',
    got: '5',
  })
  expect(refusal(() => check('[[list]]', { list: [{}] }))).toMatchObject({
    ...{ code: 'MANIFEST_MISSING', field: 'list[0].name' },
    hint: 'add `name = …` under [[list]]',
  })
  expect(refusal(() => check('[[list]]\nnaem="x"', { list: [{ naem: 'x', name: 'y' }] }))).toMatchObject({
    ...{ code: 'MANIFEST_KEY', field: 'list[0].naem', at: '2:6' },
    hint: 'did you mean "name"?',
  })
  expect(refusal(() => check('any = true', { any: true }))).toMatchObject({ code: 'MANIFEST_VALUE', got: 'true' })
})

test('a value is described shortly', () => {
  expect(describeValue({ a: 1 })).toBe('a table')
  expect(describeValue([1])).toBe('an array')
  expect(describeValue(new Date(0))).toBe('a date')
  expect(describeValue('x'.repeat(100))).toHaveLength(80)
})
