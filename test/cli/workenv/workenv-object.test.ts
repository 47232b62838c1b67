import { expect, test } from 'vitest'
import {
  fieldsBelow,
  REMOVAL_FIELDS,
  removalObject,
  WORKENV_FIELDS,
  workenvObject,
} from '../../../src/cli/workenv/workenv-object.ts'

test('the objects have exactly the fields that are described', () => {
  const info = {
    id: 'x',
    name: 'x',
    version: '1',
    content: 'c',
    path: '/p',
    base: '/b',
    package: '/x',
    state: 'ready' as const,
    lastUse: new Date(0),
    inUse: undefined,
    bytes: 1,
    files: 1,
    shares: [],
  }
  const object = workenvObject(info)
  expect(Object.keys(object).sort()).toEqual(Object.keys(WORKENV_FIELDS).sort())
  expect(object).toMatchObject({ last_use: '1970-01-01T00:00:00.000Z', in_use: null, content_hash: 'c' })
  const removal = removalObject({ kind: 'leftover', id: '/x', path: '/x', bytes: 1 })
  expect(Object.keys(removal).sort()).toEqual(Object.keys(REMOVAL_FIELDS).sort())
  expect(fieldsBelow('a[]', { b: 'text' })).toEqual({ 'a[].b': 'text' })
})
