import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { launcherCheck } from '../../../src/cli/doctor/launcher-check.ts'
import { storeLauncher } from '../../support/fake-launcher-store.ts'
import { scratch } from '../../support/scratch.ts'

test('a launcher that is missing, or of another flavor, is built by the next pack', () => {
  const cache = join(scratch(), 'cache')
  const warning = { name: 'launcher', status: 'warn', hint: expect.stringContaining('helpers build') }
  expect(launcherCheck({ FLAVOR_CACHE: cache })).toMatchObject(warning)
  storeLauncher(cache)
  expect(launcherCheck({ FLAVOR_CACHE: cache })).toMatchObject(warning)
})

test('a file in the place of the cache leads to the next rung, not to a failure', () => {
  const cache = join(scratch(), 'file')
  writeFileSync(cache, '')
  expect(['ok', 'warn']).toContain(launcherCheck({ FLAVOR_CACHE: cache, HOME: scratch() }).status)
})
