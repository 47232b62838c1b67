import { chmodSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PackagePlan } from '../../src/package/package-plan.ts'
import { type Selection, verifyWorkenvs } from '../../src/workenv/verify-workenvs.ts'
import { changeFile } from './damage-fixture.ts'
import { referenceWorkenv } from './reference-fixture.ts'
import { appPlan, askFor, freshBase, lazyPlan, packed, prepare, sharingPlan } from './workenv-fixture.ts'

async function unpacked(plan: PackagePlan = sharingPlan(), base = freshBase()) {
  const pkg = await packed(plan)
  const { workenv } = await prepare(pkg, base, {
    runSetup: async (_, root) => writeFileSync(join(root, 'made'), 'by setup'),
  })
  const verify = async (selection: Selection = {}) => {
    const found = await verifyWorkenvs({ FLAVOR_CACHE: base }, selection)
    return found.filter(({ entry }) => entry.base.path === base)
  }
  return { base, pkg, root: workenv.root, key: workenv.key, workenv, verify }
}

const withSetup = () => appPlan({ setupCommands: [{ type: 'execute', command: '/bin/true' }] })

test('workenv §7.2: what is as it was signed is whole, and looking at it is no use', async () => {
  const { base, root, key, pkg, verify } = await unpacked()
  const seal = join(base, 'envs', `${key}.seal`)
  utimesSync(seal, 1_600_000_000, 1_600_000_000)
  expect(await verify()).toEqual([
    { entry: expect.objectContaining({ id: key }), package: pkg.path, state: 'whole', damage: [], extra: [] },
  ])
  expect(statSync(seal).mtimeMs).toBe(1_600_000_000_000)
  expect(readFileSync(join(root, 'lib/app.py'), 'utf8')).toBe('print(1)\n')
})

test('workenv §7.4: each place that is not right is named, in its own tree and in the shared one', async () => {
  const { base, root, key, verify } = await unpacked()
  const before = await verify({ id: key })
  expect(before.map(({ state }) => state)).toEqual(['whole'])
  changeFile(join(root, 'lib/app.py'), 'print(2)\n')
  rmSync(join(root, 'python/lib/os.py'))
  writeFileSync(join(root, 'lib/new.py'), 'mine')
  const [found] = await verify()
  expect(found?.damage).toEqual([
    { path: join(root, 'lib/app.py'), kind: 'content', source: 'package' },
    {
      path: expect.stringMatching(new RegExp(`^${base}/slots/.*/tree/lib/os.py$`)),
      kind: 'missing',
      source: 'package',
    },
  ])
  expect(found).toMatchObject({ state: 'damaged', extra: [join(root, 'lib/new.py')] })
})

test('workenv §9.3: lazy slots that a program asked for are compared too, with their package and without it', async () => {
  const { base, pkg, key, verify } = await unpacked(lazyPlan())
  expect(await verify()).toMatchObject([{ state: 'whole', damage: [] }])
  const [models, single] = [await askFor(pkg, base, 'models'), await askFor(pkg, base, 'single')]
  expect(await verify()).toMatchObject([{ state: 'whole', damage: [], extra: [] }])
  rmSync(join(models, 'm/one'))
  writeFileSync(join(models, 'm/added'), '')
  changeFile(single, 'a single file that is wide enough to be stored\n')
  const damage = [
    { path: join(models, 'm/one'), kind: 'missing', source: 'package' },
    { path: single, kind: 'content', source: 'package' },
  ]
  expect(await verify({ id: key })).toMatchObject([{ state: 'damaged', damage, extra: [join(models, 'm/added')] }])
  rmSync(pkg.path)
  expect(await verify()).toMatchObject([{ package: undefined, state: 'damaged', damage }])
})

test('workenv §7.6: what setup commands made is told apart', async () => {
  const { root, verify } = await unpacked(withSetup())
  chmodSync(join(root, 'made'), 0o777)
  const [found] = await verify()
  expect(found?.damage).toEqual([{ path: join(root, 'made'), kind: 'mode', source: 'setup' }])
})

test('a seal that is damaged and a cache that was moved are told', async () => {
  const sealed = await unpacked()
  writeFileSync(join(sealed.base, 'envs', `${sealed.key}.seal`), '')
  expect(await sealed.verify()).toMatchObject([
    { state: 'damaged', reason: expect.stringContaining('its seal is damaged') },
  ])
  rmSync(sealed.pkg.path)
  expect(await sealed.verify()).toMatchObject([{ state: 'damaged', reason: 'its seal is damaged' }])
  const moved = await unpacked(withSetup())
  const place = `${moved.base}-moved`
  renameSync(moved.base, place)
  const found = await verifyWorkenvs({ FLAVOR_CACHE: place }, { id: moved.key })
  expect(found).toMatchObject([{ state: 'damaged', reason: expect.stringContaining('for another place') }])
})

test('without its package only shared slots and what setup left are compared', async () => {
  const { base, root, key, pkg, verify } = await unpacked()
  renameSync(pkg.path, `${pkg.path}.away`)
  const [first] = await verify()
  expect(first).toMatchObject({ state: 'unchecked', package: undefined, damage: [] })
  expect(first?.reason).toContain('cannot be read')
  rmSync(join(root, 'python/bin/python3'))
  expect(await verify()).toMatchObject([{ state: 'damaged', damage: [{ kind: 'missing' }] }])
  const [given] = await verify({ id: key, package: `${pkg.path}.away` })
  expect(given).toMatchObject({ state: 'damaged', package: `${pkg.path}.away` })
  const other = await unpacked(withSetup(), base)
  rmSync(other.pkg.path)
  expect(await verify({ id: other.key })).toMatchObject([{ state: 'whole', package: undefined }])
  changeFile(join(other.root, 'made'), 'by other')
  expect(await verify({ id: other.key })).toMatchObject([{ state: 'damaged' }])
})

test('a package selects what was unpacked from it', async () => {
  const { base, key, pkg, verify } = await unpacked()
  const other = await unpacked(sharingPlan({ package: { name: 'other', version: '2' } }), base)
  expect(await verify()).toHaveLength(2)
  expect((await verify({ package: pkg.path })).map(({ entry }) => entry.id)).toEqual([key])
  const stranger = await packed(appPlan({ package: { name: 'third', version: '3' } }))
  for (const id of [undefined, other.key]) {
    await expect(verify({ id, package: stranger.path })).rejects.toMatchObject({ code: 'WORKENV_PACKAGE' })
  }
  await expect(verify({ id: 'nothing' })).rejects.toMatchObject({ code: 'WORKENV_UNKNOWN' })
})

test('workenv §10.6: those of the reference launchers hold nothing to compare them with', async () => {
  const { base, verify } = await unpacked()
  referenceWorkenv(base, 'theirs')
  expect(await verify()).toHaveLength(1)
  expect(await verify({ id: 'theirs' })).toMatchObject([{ state: 'unchecked', damage: [] }])
})
