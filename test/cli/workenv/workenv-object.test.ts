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
    kind: 'workenv' as const,
    id: 'x',
    name: 'x',
    version: '1',
    content: 'c',
    path: '/p',
    base: '/b',
    package: '/x',
    state: 'ready' as const,
    lastUse: new Date(0),
    inUse: 'a running process names it: sh (pid 7)',
    users: [{ pid: 7, program: 'sh' }],
    bytes: 1,
    files: 1,
    shares: [],
    lazy: [],
  }
  const object = workenvObject(info)
  const described = Object.keys(WORKENV_FIELDS).map(field => field.replace(/\[\].*/, ''))
  expect(Object.keys(object).sort()).toEqual([...new Set(described)].sort())
  expect(object).toMatchObject({ last_use: '1970-01-01T00:00:00.000Z', content_hash: 'c', in_use_by: info.users })
  expect(workenvObject({ ...info, inUse: undefined, users: [] })).toMatchObject({ in_use: null, in_use_by: [] })
  const removal = removalObject({ kind: 'leftover', id: '/x', path: '/x', bytes: 1 })
  expect(Object.keys(removal).sort()).toEqual(Object.keys(REMOVAL_FIELDS).sort())
  expect(fieldsBelow('a[]', { b: 'text' })).toEqual({ 'a[].b': 'text' })
})
