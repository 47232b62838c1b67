import { expect, test } from 'vitest'
import { buildParameters } from '../../../src/builders/origin/build-parameters.ts'
import type { PackOptions } from '../../../src/builders/pack-options.ts'

const OPTIONS: PackOptions = { manifest: '/somewhere/app.json', cacheDirectory: '/cache', environment: {} }
const of = (options: Partial<PackOptions>, tool = 'flavor-launcher') =>
  buildParameters({ ...OPTIONS, ...options }, tool)

test('what was asked for is told without a path of this machine', () => {
  expect(of({})).toMatchObject({ manifest: 'app.json', profile: 'default', launcher: 'native', sbom: true })
  expect(of({ python: { interpreter: '/usr/bin/python3' } }).python).toBe('vendored')
  expect(of({ python: { interpreter: 'uv:3.12' } }).python).toBe('uv:3.12')
  expect(of({}, 'flavor-node-launcher').launcher).toBe('node')
  expect(of({ launcher: { path: '/x/flavor-launcher' } }).launcher).toBe('file')
  expect(of({ launcher: { path: '/x/y' } })).not.toHaveProperty('platform')
  expect(of({ platform: { os: 'windows', arch: 'arm64' } }).platform).toBe('windows_arm64')
  expect(of({ sbom: false, effort: 'fast' })).toMatchObject({ sbom: false, effort: 'fast' })
})

test('a time is told where one was asked for', () => {
  expect(of({ environment: { SOURCE_DATE_EPOCH: '1700000000' } }).sourceDateEpoch).toBe(1_700_000_000)
  expect(of({ environment: { SOURCE_DATE_EPOCH: '' } })).not.toHaveProperty('sourceDateEpoch')
})
