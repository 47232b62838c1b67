import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { type CleanOptions, cleanWorkenvs } from '../../src/workenv/clean-workenvs.ts'
import { cliScript } from '../support/cli-script.ts'
import { runInProcess } from '../support/cli-terminal.ts'
import { storeLauncher } from '../support/fake-launcher-store.ts'
import { undeclaredFields } from '../support/json-fields.ts'
import { scratch } from '../support/scratch.ts'

// Cleaning looks at every base of the machine; a test must not take away what others unpacked there.
vi.mock('../../src/workenv/clean-workenvs.ts', () => ({ cleanWorkenvs: vi.fn() }))

cliScript('clean', {
  'store-launcher': (cache = '') => {
    storeLauncher(cache)
    return ''
  },
})

test('without a flag only work environments go, with --all everything does', async () => {
  const calls: CleanOptions[] = []
  vi.mocked(cleanWorkenvs).mockImplementation((_environment, options = {}) => {
    calls.push(options)
    return { removed: [{ kind: 'workenv', id: 'one', path: '/one', bytes: 5 }], kept: [], bytes: 5 }
  })
  const environment = { FLAVOR_CACHE: join(scratch(), 'cache') }
  mkdirSync(join(environment.FLAVOR_CACHE, 'pack'), { recursive: true, mode: 0o700 })
  writeFileSync(join(environment.FLAVOR_CACHE, 'pack/data'), '1234')
  storeLauncher(environment.FLAVOR_CACHE, { platform: 'beos_ppc' })
  const some = JSON.parse((await runInProcess(['clean', '-y', '--json'], { environment })).stdout)
  expect(some).toMatchObject({ bytes: 5, removed: [{ kind: 'workenv' }] })
  expect(some.removed).toHaveLength(1)
  const all = JSON.parse((await runInProcess(['clean', '--all', '-y', '--json'], { environment })).stdout)
  expect(await undeclaredFields(all)).toEqual([])
  expect(all.removed.map((one: { kind: string }) => one.kind)).toEqual(['workenv', 'pack cache', 'launcher'])
  expect(calls).toEqual([{ all: true, dryRun: true }, { all: true }, { all: true, dryRun: true }, { all: true }])
})
