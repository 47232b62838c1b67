import { existsSync, rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isOwned, tryLock } from '../../src/workenv/os-lock.ts'
import { appPlan, freshBase, packed, prepare } from './workenv-fixture.ts'

test('workenv §8.2: held shared as long as whoever uses it wants', async () => {
  const [pkg, base] = [await packed(appPlan()), freshBase()]
  const { workenv } = await prepare(pkg, base)
  workenv.hold()
  workenv.hold()
  expect(tryLock(workenv.attempt.lock, 'exclusive')).toBe('busy')
  workenv.release()
  const lock = tryLock(workenv.attempt.lock, 'exclusive')
  expect(lock).not.toBe('busy')
  if (lock !== 'busy') lock.release()
})

test('workenv §8.2: what may have been removed since it was found is not held, and its lock file not made for nothing', async () => {
  const { workenv } = await prepare(await packed(appPlan()), freshBase())
  rmSync(workenv.attempt.lock)
  expect(workenv.hold(false)).toBe(false)
  expect(existsSync(workenv.attempt.lock)).toBe(false)
  expect(workenv.hold()).toBe(true)
  expect(isOwned(workenv.attempt.lock)).toBe(true)
})

test('what was made for a run goes at its end, once', async () => {
  const { workenv } = await prepare(await packed(appPlan()), freshBase())
  let times = 0
  workenv.onRelease(() => times++)
  workenv.release()
  workenv.release()
  expect(times).toBe(1)
  expect([workenv.needsPrivateSlots, workenv.hasVolatileSlots, workenv.slotDirectories]).toEqual([
    false,
    false,
    Object.create(null),
  ])
})
