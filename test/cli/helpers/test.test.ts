import { join } from 'node:path'
import { expect, test } from 'vitest'
import { platformName, platformOf } from '../../../src/format/platform.ts'
import { runInProcess } from '../../support/cli-terminal.ts'
import { storeLauncher } from '../../support/fake-launcher-store.ts'
import { scratch } from '../../support/scratch.ts'

const here = platformOf(process.platform, process.arch)
const platform = here === undefined ? '' : platformName(here)

test('a launcher that does not start, or says something else, is a failure; one of another platform is not started', async () => {
  const cases = [
    { script: 'exit 1', exit: 1 },
    { script: 'echo something else', exit: 1 },
    { script: 'exit 1', platform: 'beos_ppc', exit: 0 },
  ]
  for (const { exit, ...launcher } of cases) {
    const cache = join(scratch(), 'cache')
    storeLauncher(cache, { platform, ...launcher })
    const result = await runInProcess(['helpers', 'test', '--json'], { environment: { FLAVOR_CACHE: cache } })
    expect(result.exit).toBe(exit)
    if (exit === 0) expect(JSON.parse(result.stdout).launchers).toMatchObject([{ runs: null }])
  }
})
