import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listLaunchers } from '../../../src/builders/launcher/launcher-store.ts'
import { runInProcess } from '../../support/cli-terminal.ts'
import { storeLauncher } from '../../support/fake-launcher-store.ts'
import { scratch } from '../../support/scratch.ts'

test('what the user does not agree to stays', async () => {
  const cache = join(scratch(), 'cache')
  storeLauncher(cache)
  const clean = (answer: string) =>
    runInProcess(['helpers', 'clean'], { environment: { FLAVOR_CACHE: cache }, answers: [answer] })
  expect((await clean('n')).exit).toBe(1)
  expect(listLaunchers(cache)).toHaveLength(1)
  expect((await clean('y')).exit).toBe(0)
  expect(listLaunchers(cache)).toHaveLength(0)
})
