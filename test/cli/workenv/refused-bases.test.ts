import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runInProcess } from '../../support/cli-terminal.ts'
import { scratch } from '../../support/scratch.ts'

test('workenv §1.2: a cache that is not looked at is told, so that it does not look empty', async () => {
  const cache = join(scratch(), 'cache')
  mkdirSync(cache)
  chmodSync(cache, 0o777)
  const environment = { FLAVOR_CACHE: cache }
  const warning = `flavor: warning: ${cache} is not looked at: others can write to it (mode 0777)\n`
  for (const call of [
    ['list'],
    ['verify', 'no-such'],
    ['inspect', 'no-such'],
    ['clean', '-n'],
    ['remove', 'no-such'],
  ]) {
    expect((await runInProcess(['workenv', ...call], { environment })).stderr, call[0]).toContain(warning)
  }
})
