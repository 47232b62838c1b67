import * as v from 'valibot'
import { expect, test } from 'vitest'
import { AppRecordSchema, PackagesRecordSchema } from '../../../src/builders/python/app-record.ts'

const measure = { entries: 1, bytes: 2 }
const derived = [{ path: 'bin/x', template: '#!', mode: '0755' }]
const app = { version: '1', packages: 'key', derived, distributions: [], libraries: ['libx.so.1'], ...measure }
const packages = {
  derived,
  distributions: [{ name: 'a', version: '1', requires: ['b'] }],
  roots: 'x',
  isBound: false,
  hasZones: false,
  ...measure,
}

test('a record that another version of flavor wrote is not half understood', () => {
  expect(v.is(AppRecordSchema, app)).toBe(true)
  expect(v.is(PackagesRecordSchema, packages)).toBe(true)
  expect(v.is(AppRecordSchema, { ...app, surprise: 1 })).toBe(false)
  expect(v.is(PackagesRecordSchema, { ...packages, bytes: -1 })).toBe(false)
  expect(v.is(PackagesRecordSchema, { ...packages, hasZones: undefined })).toBe(false)
})
