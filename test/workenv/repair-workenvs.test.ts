import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PackagePlan } from '../../src/package/package-plan.ts'
import { type RepairOptions, repairWorkenvs } from '../../src/workenv/repair-workenvs.ts'
import { changeFile } from './damage-fixture.ts'
import { referenceWorkenv } from './reference-fixture.ts'
import { appPlan, askFor, freshBase, lazyPlan, packed, prepare, sharingPlan } from './workenv-fixture.ts'

async function unpacked(plan: PackagePlan = sharingPlan()) {
  const base = freshBase()
  const pkg = await packed(plan)
  const runSetup = async (_: unknown, root: string) => writeFileSync(join(root, 'made'), 'by setup')
  const { workenv } = await prepare(pkg, base, { runSetup })
  const repair = async (options: RepairOptions = {}) => {
    const done = await repairWorkenvs({ FLAVOR_CACHE: base }, options)
    return done.filter(({ entry }) => entry.base.path === base)
  }
  return { base, pkg, root: workenv.root, key: workenv.key, repair }
}

const withSetup = () => appPlan({ setupCommands: [{ type: 'execute', command: '/bin/true' }] })

test('workenv §7.6: damaged entries come back from the package, and the next start believes it', async () => {
  const { base, pkg, root, repair } = await unpacked()
  expect(await repair()).toMatchObject([{ outcome: 'whole' }])
  changeFile(join(root, 'lib/app.py'), 'print(2)\n')
  rmSync(join(root, 'python/lib/os.py'))
  const [done] = await repair()
  expect(done).toMatchObject({ outcome: 'repaired', found: { state: 'damaged' } })
  expect(done?.found.damage).toHaveLength(2)
  expect(readFileSync(join(root, 'lib/app.py'), 'utf8')).toBe('print(1)\n')
  expect(readFileSync(join(root, 'python/lib/os.py'), 'utf8')).toBe('x\n')
  const again = await prepare(pkg, base, { level: 'strict' })
  expect([again.workenv.root, again.workenv.fresh, again.lines]).toEqual([root, false, []])
})

test('workenv §9.3: lazy slots are put right where they are, and none is made that no program asked for', async () => {
  const { base, pkg, repair } = await unpacked(lazyPlan())
  const models = await askFor(pkg, base, 'models')
  rmSync(join(models, 'm/one'))
  expect(await repair()).toMatchObject([{ outcome: 'repaired', found: { state: 'damaged' } }])
  expect(readFileSync(join(models, 'm/one'), 'utf8')).toBe('x')
  rmSync(join(models, '../listing'))
  writeFileSync(join(models, 'added'), '')
  expect(await repair({ strict: true })).toMatchObject([{ outcome: 'repaired' }])
  expect([existsSync(join(models, '../listing')), existsSync(join(models, 'added'))]).toEqual([true, false])
  expect(await repair({ strict: true })).toMatchObject([{ outcome: 'whole' }])
  expect(readdirSync(join(base, 'slots')).filter(name => !name.endsWith('.lock'))).toHaveLength(2)
})

test('what nobody signed goes only when that is asked for', async () => {
  const { root, repair } = await unpacked()
  const mine = join(root, 'lib/new.py')
  writeFileSync(mine, 'mine')
  expect(await repair()).toMatchObject([{ outcome: 'whole', found: { extra: [mine] } }])
  expect(existsSync(mine)).toBe(true)
  expect(await repair({ strict: true })).toMatchObject([{ outcome: 'repaired' }])
  expect(existsSync(mine)).toBe(false)
})

test('one whose seal is damaged is unpacked anew', async () => {
  const { base, pkg, key, repair } = await unpacked()
  const seal = join(base, 'envs', `${key}.seal`)
  writeFileSync(seal, '')
  expect(await repair({ id: key })).toMatchObject([{ outcome: 'repaired' }])
  expect(readFileSync(seal, 'latin1')).toContain(pkg.contentHash)
  expect((await prepare(pkg, base, { level: 'strict' })).workenv.fresh).toBe(false)
})

test('workenv §7.6: what setup commands made cannot be healed, and is left as it is', async () => {
  const { root, repair } = await unpacked(withSetup())
  changeFile(join(root, 'made'), 'by other')
  const [done] = await repair()
  expect(done).toMatchObject({ outcome: 'failed', found: { state: 'damaged' } })
  expect(done?.reason).toMatch(/setup commands made cannot be healed.*flavor workenv remove/)
  expect(readFileSync(join(root, 'made'), 'utf8')).toBe('by other')
  changeFile(join(root, 'made'), 'by setup')
  rmSync(join(root, 'bin/run'))
  expect(await repair()).toMatchObject([{ outcome: 'repaired' }])
  expect(existsSync(join(root, 'bin/run'))).toBe(true)
})

test('a listing alone restores nothing: without the package it fails and says what helps', async () => {
  const { pkg, root, repair } = await unpacked()
  rmSync(join(root, 'lib/app.py'))
  renameSync(pkg.path, `${pkg.path}.away`)
  const [done] = await repair()
  expect(done).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(/cannot be read.*--package/) })
  expect(await repair({ package: `${pkg.path}.away` })).toMatchObject([{ outcome: 'repaired' }])
  expect(existsSync(join(root, 'lib/app.py'))).toBe(true)
})

test('one that was made for another place is not made again there', async () => {
  const { base, key, repair } = await unpacked(withSetup())
  const place = `${base}-moved`
  renameSync(base, place)
  const done = await repairWorkenvs({ FLAVOR_CACHE: place }, { id: key })
  expect(done).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('flavor workenv remove') }])
  expect(await repair()).toEqual([])
})

test('workenv §10.6: nothing of the reference launchers can be repaired', async () => {
  const { base, repair } = await unpacked()
  referenceWorkenv(base, 'theirs')
  expect(await repair({ id: 'theirs' })).toMatchObject([{ outcome: 'failed', found: { state: 'unchecked' } }])
})
