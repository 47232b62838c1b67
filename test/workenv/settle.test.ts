import { chmodSync, existsSync, lstatSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findWorkenv } from '../../src/workenv/find-workenv.ts'
import { publishedWorkenv } from '../../src/workenv/prepare-workenv.ts'
import { formatSeal, parseSeal } from '../../src/workenv/seal.ts'
import { settleWorkenv } from '../../src/workenv/settle.ts'
import { planWorkenv } from '../../src/workenv/workenv-plan.ts'
import { freshBase, packed, sharingPlan } from './workenv-fixture.ts'

async function published(base: string) {
  const pkg = await packed(sharingPlan())
  const environment = { FLAVOR_CACHE: base, XDG_CACHE_HOME: `${base}-next` }
  const made = await publishedWorkenv(pkg, {
    ...{ level: 'standard', environment },
    log: () => undefined,
    runSetup: async () => {},
  })
  return { pkg, ...made }
}

describe('workenv §7.7', () => {
  test('an administrator can settle a cache that others only read', async () => {
    const base = freshBase()
    chmodSync(base, 0o755)
    const { workenv, published: found, request } = await published(base)
    expect(existsSync(workenv.attempt.settled)).toBe(false)
    expect(await settleWorkenv(request, found)).toBe(true)
    expect(existsSync(workenv.attempt.settled)).toBe(true)
    expect(lstatSync(workenv.root).mode & 0o7777).toBe(0o755)
    for (const path of [workenv.attempt.about, workenv.attempt.settled]) {
      expect(lstatSync(path).mode & 0o7777).toBe(0o644)
    }
  })

  test('what the seal holds are whole seconds, and it still fits in another boot', async () => {
    const base = freshBase()
    const { pkg, workenv, published: found, request } = await published(base)
    await settleWorkenv(request, found)
    const place = join(base, 'envs', `${workenv.key}.seal`)
    const seal = parseSeal(readFileSync(place, 'latin1'))
    if (seal === undefined) throw new Error('there is a seal')
    const times = [seal.executable?.mtime, ...seal.slots.map(slot => (slot.kind === 'share' ? slot.mtime : 0n))]
    expect(times.map(time => Number(time) % 1e9)).toEqual([0, 0, 0])
    expect(statSync(join(workenv.root, 'python/bin/python3')).mtimeMs % 1000).toBe(0)
    writeFileSync(place, formatSeal({ ...seal, boot: '0-0' }))
    const again = findWorkenv(found.site, pkg, planWorkenv(pkg, process.platform), 'standard', process.platform)
    expect(again.state).toBe('ready')
    rmSync(workenv.attempt.settled)
    const unsettled = findWorkenv(found.site, pkg, planWorkenv(pkg, process.platform), 'standard', process.platform)
    expect(unsettled).toMatchObject({ state: 'suspect', suspicion: 'boot' })
  })

  test('what somebody else owns is left as it is', async () => {
    const { workenv, published: found, request } = await published(freshBase())
    const site = { ...found.site, base: { ...found.site.base, isReadOnly: true } }
    expect(await settleWorkenv(request, { ...found, site })).toBe(false)
    expect(existsSync(workenv.attempt.settled)).toBe(false)
  })

  test('a place that cannot be written through is an error', async () => {
    const { workenv, published: found, request } = await published(freshBase())
    rmSync(join(workenv.base.path, 'envs'), { recursive: true })
    await expect(settleWorkenv(request, found)).rejects.toMatchObject({ code: 'CACHE_UNUSABLE' })
  })
})
