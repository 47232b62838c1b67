import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sha256Hex } from '../../src/crypto/sha256.ts'
import { parseAbout } from '../../src/workenv/about.ts'
import { sharedIn } from '../../src/workenv/cache-contents.ts'
import { CacheLayout } from '../../src/workenv/cache-layout.ts'
import { tryLock } from '../../src/workenv/os-lock.ts'
import { appPlan, freshBase, packed, prepare, sharingPlan, treeSlot } from './workenv-fixture.ts'

test('workenv §4.6 and §4.7: what an attempt holds beside its tree', async () => {
  const pkg = await packed(sharingPlan())
  const { attempt } = (await prepare(pkg, freshBase())).workenv
  const tree = pkg.slots[1]?.metadata.tree?.slice('sha256:'.length)
  expect(parseAbout(readFileSync(attempt.about, 'utf8'))).toEqual({
    name: 'sample',
    version: '1.2.3',
    content: pkg.contentHash,
    package: pkg.path,
    shares: [tree],
  })
  expect(`sha256:${sha256Hex(readFileSync(attempt.listing(0)))}`).toBe(pkg.slots[0]?.metadata.tree)
})

test('workenv §4.3 refuses a derived file where a slot has put something', async () => {
  const plan = appPlan({ derived: [{ path: 'lib/data.txt', template: 'x', mode: '0644' }] })
  await expect(prepare(await packed(plan), freshBase())).rejects.toMatchObject({ code: 'WORKENV_PLACE' })
})

test('workenv §4.2: a slot that would write through the link of a shared one is refused', async () => {
  const plan = sharingPlan()
  const evil = treeSlot('evil', { 'python/lib/os.py': 'evil' })
  const pkg = await packed({ ...plan, slots: [...plan.slots, evil] })
  await expect(prepare(pkg, freshBase())).rejects.toMatchObject({ code: 'ENTRY_PARENT' })
})

test('workenv §6.4: init slots are removed, but through no link that setup put in their place', async () => {
  const outside = freshBase()
  writeFileSync(join(outside, 'kept'), '')
  const slots = [
    treeSlot('app', { 'bin/run': 'x' }),
    treeSlot('seed', { 'seed/deep/kept': 'x', 'seed/gone': 'x' }, { lifecycle: 'init' }),
  ]
  const pkg = await packed(appPlan({ slots, setupCommands: [{ type: 'execute', command: 'true' }] }))
  const runSetup = async (_: unknown, root: string) => {
    const { rmSync } = await import('node:fs')
    rmSync(join(root, 'seed/deep'), { recursive: true })
    symlinkSync(outside, join(root, 'seed/deep'))
  }
  const { root } = (await prepare(pkg, freshBase(), { runSetup })).workenv
  expect(lstatSync(join(outside, 'kept')).isFile()).toBe(true)
  expect(lstatSync(join(root, 'seed/gone'), { throwIfNoEntry: false })).toBeUndefined()
})

test('workenv §10.3: nothing is published while a cleaning that has not seen it may have its shared slot out of sight', async () => {
  const base = freshBase()
  await prepare(await packed(sharingPlan()), base)
  const layout = new CacheLayout(base)
  const [tree = ''] = sharedIn(layout)
  const cleaner = tryLock(layout.shared(tree).lock, 'exclusive')
  const other = prepare(await packed(sharingPlan({ package: { name: 'other', version: '2' } })), base)
  const written = () =>
    readdirSync(layout.envs).some(name => existsSync(join(layout.envs, name, 'about')) && /^other-/.test(name))
  await expect.poll(written).toBe(true)
  expect(readdirSync(layout.envs).filter(name => /^other-.*seal$/.test(name))).toEqual([])
  if (cleaner !== 'busy') cleaner.release()
  expect(existsSync(join((await other).workenv.root, 'python/lib/os.py'))).toBe(true)
})
