import { chmodSync, existsSync, lstatSync } from 'node:fs'
import { expect, test } from 'vitest'
import { settleWorkenv } from '../../src/workenv/settle.ts'
import { freshBase, packed, prepare, sharingPlan } from './workenv-fixture.ts'

test('workenv §7.3: an administrator can settle a cache that others only read', async () => {
  const base = freshBase()
  chmodSync(base, 0o755)
  const { workenv } = await prepare(await packed(sharingPlan()), base)
  expect(existsSync(workenv.attempt.settled)).toBe(false)
  settleWorkenv(workenv)
  expect(existsSync(workenv.attempt.settled)).toBe(true)
  expect(lstatSync(workenv.root).mode & 0o7777).toBe(0o755)
  expect(lstatSync(workenv.attempt.about).mode & 0o7777).toBe(0o644)
})
