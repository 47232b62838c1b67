import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listLaunchers } from '../../../src/builders/launcher/launcher-store.ts'
import { runInProcess } from '../../support/cli-terminal.ts'
import { storeLauncher } from '../../support/fake-launcher-store.ts'
import { scratch } from '../../support/scratch.ts'

test('a launcher is named by the start of its SHA-256, at least eight digits of it', async () => {
  const cache = join(scratch(), 'cache')
  storeLauncher(cache)
  const [{ sha256 } = { sha256: '' }] = listLaunchers(cache)
  const info = (name: string) =>
    runInProcess(['helpers', 'info', '--json', name], { environment: { FLAVOR_CACHE: cache } })
  for (const name of [sha256, sha256.slice(0, 8), sha256.toUpperCase()]) {
    const { exit, stdout } = await info(name)
    expect({ exit, sha256: JSON.parse(stdout).sha256 }).toEqual({ exit: 0, sha256 })
  }
  expect((await info(sha256.slice(0, 7))).exit).toBe(2)
})
