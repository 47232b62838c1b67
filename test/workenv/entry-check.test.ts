import { execFileSync } from 'node:child_process'
import { chmodSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { publishedIn, usableBases } from '../../src/workenv/cache-contents.ts'
import { checkWithoutPackage, checkWithPackage, requestFor, type SharedChecks } from '../../src/workenv/entry-check.ts'
import { thisMachine } from '../../src/workenv/machine.ts'
import { changeFile } from './damage-fixture.ts'
import { askFor, freshBase, lazyPlan, packed, prepare, sharingPlan, treeOf } from './workenv-fixture.ts'

async function one() {
  const base = freshBase()
  const pkg = await packed(sharingPlan())
  const { workenv } = await prepare(pkg, base)
  const machine = thisMachine({ FLAVOR_CACHE: base })
  const [found] = usableBases(machine)
  const [entry] = found === undefined ? [] : publishedIn(found)
  if (entry === undefined) throw new Error('it is not found')
  return { base, root: workenv.root, entry, machine, request: requestFor(entry, pkg, machine) }
}

test('workenv §7.2: a shared slot is checked once for all that link to it', async () => {
  const { base, root, entry, request } = await one()
  const checked: SharedChecks = new Map()
  expect(await checkWithPackage(entry, request, checked)).toEqual({ state: 'whole', damage: [], extra: [] })
  expect(checked.size).toBe(1)
  rmSync(join(root, 'python/lib/os.py'))
  expect((await checkWithPackage(entry, request, checked)).state).toBe('whole')
  expect((await checkWithPackage(entry, request, new Map())).state).toBe('damaged')
  for (const path of treeOf(join(base, 'slots')).filter(name => name.endsWith('/tree/'))) {
    rmSync(join(base, 'slots', path), { recursive: true })
  }
  expect(await checkWithPackage(entry, request, new Map())).toMatchObject({ damage: [{ kind: 'missing' }] })
})

test('workenv §4.7: a listing that is lost is damage too', async () => {
  const { base, entry, machine, request } = await one()
  const listing = entry.attempt?.listing(0) ?? ''
  changeFile(listing, 'no listing')
  expect((await checkWithPackage(entry, request, new Map())).damage).toEqual([
    { path: listing, kind: 'content', source: 'package' },
  ])
  const [shared = ''] = treeOf(join(base, 'slots')).filter(path => path.endsWith('/listing'))
  writeFileSync(join(base, 'slots', shared), 'no listing')
  expect(checkWithoutPackage(entry, machine, 'it is away', new Map())).toMatchObject({
    state: 'damaged',
    reason: 'it is away',
    damage: [{ path: join(base, 'slots', shared), kind: 'content' }],
  })
})

test('one that was removed meanwhile is told, and setup commands never run', async () => {
  const { base, entry, request } = await one()
  rmSync(join(base, 'envs', `${entry.key}.seal`))
  expect(await checkWithPackage(entry, request, new Map())).toMatchObject({ reason: 'it was removed meanwhile' })
  await expect(request.runSetup([], '/', [])).rejects.toThrow('at a start of the program only')
})

test.skipIf(process.geteuid?.() !== 0)(
  'workenv §9.3: what a user has of a lazy slot belongs to the work environment in the base that is only read',
  async () => {
    const [base, own] = [freshBase(), freshBase()]
    const pkg = await packed(lazyPlan())
    await prepare(pkg, base)
    chmodSync(base, 0o755)
    const models = await askFor(pkg, own, 'models')
    execFileSync('chown', ['-R', '4242', own])
    const machine = { ...thisMachine({ FLAVOR_CACHE: base, XDG_CACHE_HOME: join(own, '..') }), uid: 4242 }
    const place = join(own, '../flavor')
    renameSync(own, place)
    const [entry] = usableBases(machine).flatMap(publishedIn)
    if (entry === undefined) throw new Error('it is not found')
    expect(entry.base).toMatchObject({ path: base, isReadOnly: true })
    const check = () => checkWithPackage(entry, requestFor(entry, pkg, machine), new Map())
    expect(await check()).toMatchObject({ state: 'whole' })
    const file = join(models.replace(own, place), 'm/one')
    rmSync(file)
    expect(await check()).toMatchObject({ state: 'damaged', damage: [{ path: file, kind: 'missing' }] })
  },
)
