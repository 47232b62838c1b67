import { chmodSync, existsSync, lstatSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openPackage, type PackageFile } from '../../src/package/package-file.ts'
import { cleanWorkenvs } from '../../src/workenv/clean-workenvs.ts'
import { lazySlot, materialiseSlot } from '../../src/workenv/materialise.ts'
import { type PrepareOptions, publishedWorkenv } from '../../src/workenv/prepare-workenv.ts'
import { fileSlot } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'
import { appPlan, freshBase, packed, treeOf, treeSlot } from './workenv-fixture.ts'

async function lazyPackage() {
  const source = join(scratch(), 'one')
  writeFileSync(source, 'a single file that is long enough to be stored\n')
  const models = treeSlot('models', { 'm/one': 'x' }, { lifecycle: 'lazy', target: 'models' })
  const single = { ...fileSlot('single', source, 'share/one.txt'), lifecycle: 'lazy' as const }
  const foreign = treeSlot('foreign', { x: 'x' }, { lifecycle: 'lazy', target: 'foreign', platform: 'windows' })
  const plan = appPlan()
  return await packed({ ...plan, slots: [...plan.slots, models, single, foreign] })
}

async function ask(pkg: PackageFile, base: string, id: string, options: Partial<PrepareOptions> = {}) {
  const lines: string[] = []
  const { workenv, request } = await publishedWorkenv(pkg, {
    level: 'standard',
    runSetup: async () => {},
    environment: { FLAVOR_CACHE: base, XDG_CACHE_HOME: `${base}-next` },
    log: (level, message) => lines.push(`${level}: ${message}`),
    ...options,
  })
  return { path: await materialiseSlot(request, workenv, lazySlot(request, id)), workenv, lines }
}

test('workenv §9.3: unpacked once, also by several at once, without write bits, and checked after that', async () => {
  const [pkg, base] = [await lazyPackage(), freshBase()]
  const all = await Promise.all(Array.from({ length: 4 }, () => ask(pkg, base, 'models')))
  const [
    { path, workenv } = (() => {
      throw new Error('none')
    })(),
  ] = all
  expect(new Set(all.map(one => one.path))).toEqual(new Set([workenv.slotDirectories.models]))
  const file = join(path, 'm/one')
  expect([readFileSync(file, 'utf8'), lstatSync(file).mode & 0o777]).toEqual(['x', 0o555])
  expect(treeOf(join(base, 'staging'))).toEqual([])
  rmSync(file)
  const healed = await ask(pkg, base, 'models')
  expect([readFileSync(file, 'utf8'), healed.lines]).toEqual(['x', [expect.stringContaining('healed 1 entry')]])
})

test('workenv §9.3: strict finds changed content and what does not belong', async () => {
  const [pkg, base] = [await lazyPackage(), freshBase()]
  const { path } = await ask(pkg, base, 'models')
  const file = join(path, 'm/one')
  chmodSync(file, 0o755)
  writeFileSync(file, 'y')
  chmodSync(file, 0o555)
  writeFileSync(join(path, 'extra'), '')
  expect((await ask(pkg, base, 'models')).lines).toEqual([])
  expect(readFileSync(file, 'utf8')).toBe('y')
  await ask(pkg, base, 'models', { level: 'strict' })
  expect([readFileSync(file, 'utf8'), existsSync(join(path, 'extra'))]).toEqual(['x', false])
})

test('workenv §9.3: a single file lies below the directory by its own name', async () => {
  const [pkg, base] = [await lazyPackage(), freshBase()]
  const { path, workenv } = await ask(pkg, base, 'single')
  expect(path).toBe(workenv.slotDirectories.single)
  expect(path.endsWith('/tree/one.txt')).toBe(true)
  expect(readFileSync(path, 'utf8')).toContain('a single file')
  rmSync(path)
  await ask(pkg, base, 'single')
  expect(readFileSync(path, 'utf8')).toContain('a single file')
})

test('workenv §7.3: what a power failure cut is found in the next boot', async () => {
  const [pkg, base] = [await lazyPackage(), freshBase()]
  const { path } = await ask(pkg, base, 'models')
  const file = join(path, 'm/one')
  chmodSync(file, 0o755)
  writeFileSync(file, '\0')
  chmodSync(file, 0o555)
  writeFileSync(join(path, '../checked'), '0-0\n')
  await ask(pkg, base, 'models')
  expect(readFileSync(file, 'utf8')).toBe('x')
})

test('workenv §9.3: names what can be asked for', async () => {
  const [pkg, base] = [await lazyPackage(), freshBase()]
  for (const id of ['app', 'foreign', 'toString', '']) {
    const want = { code: 'SLOT_NOT_LAZY', detail: { got: id, want: 'models, single' } }
    await expect(ask(pkg, base, id)).rejects.toMatchObject(want)
  }
  const bare = await packed(appPlan())
  await expect(ask(bare, base, 'models')).rejects.toThrowError(/has no lazy slots/)
})

test('workenv §10.3: cleaning keeps it for who names it, and takes it when nobody does', async () => {
  const [pkg, base] = [await lazyPackage(), freshBase()]
  const { path, workenv } = await ask(pkg, base, 'models')
  const environment = { FLAVOR_CACHE: base, HOME: '/nonexistent' }
  const old = Date.now() / 1000 - 2 * 86400
  for (const name of ['listing', 'checked']) utimesSync(join(path, '..', name), old, old)
  cleanWorkenvs(environment, {})
  expect(existsSync(path)).toBe(true)
  expect(openPackage(pkg.path).slots).toHaveLength(4)
  const seal = join(base, 'envs', `${workenv.key}.seal`)
  utimesSync(seal, old, old)
  cleanWorkenvs(environment, { all: true })
  expect(existsSync(path)).toBe(false)
})
