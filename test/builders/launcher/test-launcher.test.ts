import { describe, expect, test } from 'vitest'
import { type Launcher, listLaunchers } from '../../../src/builders/launcher/launcher-store.ts'
import { testLauncher } from '../../../src/builders/launcher/test-launcher.ts'
import { platformName, platformOf } from '../../../src/format/platform.ts'
import { refusal } from '../../format/refusals.ts'
import { storeLauncher } from '../../support/fake-launcher-store.ts'
import { scratch } from '../../support/scratch.ts'

const here = platformOf(process.platform, process.arch)
const HERE = here === undefined ? '' : platformName(here)

function stored(options: Parameters<typeof storeLauncher>[1]): Launcher {
  const cache = scratch()
  storeLauncher(cache, { platform: HERE, ...options })
  const [launcher] = listLaunchers(cache)
  if (launcher === undefined) throw new Error('it was just stored')
  return launcher
}

describe.runIf(process.platform !== 'win32')('a launcher is proven', () => {
  test('by its bytes, and by what it says', async () => {
    const launcher = stored({})
    expect(await testLauncher(launcher)).toEqual({ sha256: launcher.sha256, runs: 'flavor-node-launcher 9.9.9' })
  })

  test('by its bytes alone where it cannot run', async () => {
    expect(await testLauncher(stored({ platform: 'windows_arm64' }))).not.toHaveProperty('runs')
  })

  test.each([
    ['other bytes than were recorded', { recorded: '0'.repeat(64) }],
    ['another name', { script: 'echo someone else' }],
    ['a failure', { script: 'echo flavor-node-launcher; exit 1' }],
    // What `node` itself does with NODE_OPTIONS=--require=FILE.
    ['code that NODE_OPTIONS names', { script: 'test -z "$NODE_OPTIONS" || exit 66; echo flavor-node-launcher 1' }],
  ])('and refused for %s', async (_, options) => {
    await expect(testLauncher(stored(options))).rejects.toThrowError(refusal('LAUNCHER_TEST'))
  })
})
