import { existsSync, linkSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Published } from '../../src/workenv/find-workenv.ts'
import { siteOf } from '../../src/workenv/find-workenv.ts'
import { thisMachine } from '../../src/workenv/machine.ts'
import { findHolding, publishSeal, sealAgain, sealOf } from '../../src/workenv/publish-seal.ts'
import { parseSeal } from '../../src/workenv/seal.ts'
import { planWorkenv } from '../../src/workenv/workenv-plan.ts'
import type { SiteRequest } from '../../src/workenv/workenv-request.ts'
import { failPoint, systemError } from './fail-points.ts'
import { appPlan, freshBase, packed, prepare } from './workenv-fixture.ts'

async function published() {
  const pkg = await packed(appPlan())
  const { workenv } = await prepare(pkg, freshBase())
  const plan = planWorkenv(pkg, process.platform)
  const site = siteOf(workenv.base, plan)
  const request: SiteRequest = {
    pkg,
    plan,
    site,
    level: 'standard',
    isDoubted: false,
    machine: thisMachine({}),
    log: () => undefined,
    runSetup: async () => undefined,
    onProgress: undefined,
    accepts: () => true,
  }
  const pointer = site.layout.seal(site.key)
  const seal = parseSeal(readFileSync(pointer, 'latin1'))
  if (seal === undefined) throw new Error('there is no seal')
  const second = site.layout.attempt(site.key, 2)
  mkdirSync(second.root, { recursive: true, mode: 0o700 })
  return { request, workenv, pointer, seal, second }
}

test('workenv §6.2: the second gets what the first published', async () => {
  const { request, workenv, seal, second } = await published()
  const result = publishSeal(request, second, { ...seal, attempt: 2 })
  expect(result.attempt.root).toBe(workenv.root)
})

test('workenv §6.2: a seal that does not hold, or will not do, is replaced at once', async () => {
  const { request, pointer, seal, second } = await published()
  const refuses = { ...request, accepts: (_: Published) => false }
  expect(findHolding(refuses)).toBeUndefined()
  expect(publishSeal(refuses, second, { ...seal, attempt: 2 }).attempt.number).toBe(2)
  expect(parseSeal(readFileSync(pointer, 'latin1'))?.attempt).toBe(2)
})

test('workenv §6.2: without hard links the first one still publishes, by a rename', async () => {
  const { request, pointer, seal, second } = await published()
  const { rmSync } = await import('node:fs')
  rmSync(pointer)
  const point = failPoint(second.seal, 4, name => {
    throw systemError('EPERM', name)
  })
  onTestFinished(() => point.restore())
  const result = publishSeal(request, second, { ...seal, attempt: 2 })
  point.restore()
  expect([result.attempt.number, lstatSync(pointer).nlink]).toEqual([2, 1])
})

test('workenv §7.3: sealing again is a publishing of this boot, and takes the mark away first', async () => {
  const { request, workenv, pointer, seal } = await published()
  writeFileSync(workenv.attempt.settled, '')
  sealAgain(request, workenv.attempt, { slots: seal.slots, setup: undefined })
  expect(existsSync(workenv.attempt.settled)).toBe(false)
  expect(parseSeal(readFileSync(pointer, 'latin1'))).toEqual(seal)
  expect(sealOf(request, workenv.attempt, { slots: [...seal.slots].reverse(), setup: undefined })).toEqual(seal)
})

test('a hard link of a seal is the seal', async () => {
  const { workenv, pointer } = await published()
  expect(lstatSync(workenv.attempt.seal).ino).toBe(lstatSync(pointer).ino)
  expect(() => linkSync(workenv.attempt.seal, join(pointer))).toThrow()
})
