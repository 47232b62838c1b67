import { expect, test } from 'vitest'
import { CacheLayout } from '../../src/workenv/cache-layout.ts'

test('workenv §2 names every path', () => {
  const layout = new CacheLayout('/b')
  const attempt = layout.attempt('k', 2)
  const shared = layout.shared('t')
  expect([layout.seal('k'), layout.keyLock('k'), layout.staging, layout.runs]).toEqual([
    '/b/envs/k.seal',
    '/b/envs/k.lock',
    '/b/staging',
    '/b/runs',
  ])
  expect([attempt.root, attempt.lock, attempt.about, attempt.seal, attempt.settled]).toEqual([
    '/b/envs/k.2/root',
    '/b/envs/k.2.lock',
    '/b/envs/k.2/about',
    '/b/envs/k.2/seal',
    '/b/envs/k.2/settled',
  ])
  expect([attempt.listing(3), attempt.listing('setup')]).toEqual(['/b/envs/k.2/listing/3', '/b/envs/k.2/listing/setup'])
  expect([shared.tree, shared.listing, shared.checked, shared.lock]).toEqual([
    '/b/slots/t/tree',
    '/b/slots/t/listing',
    '/b/slots/t/checked',
    '/b/slots/t.lock',
  ])
})
