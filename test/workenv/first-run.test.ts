import { chmodSync, existsSync, mkdirSync, readdirSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { execaSync } from 'execa'
import { expect, onTestFinished, test } from 'vitest'
import { missing } from '../support/machines.ts'
import { scratch } from '../support/scratch.ts'
import { appPlan, freshBase, packed, prepare, sharingPlan, treeSlot } from './workenv-fixture.ts'

const canMount = missing('linux', 'root') === undefined

/** A file system of its own, with the given options of tmpfs. */
function mounted(options: string): string {
  const path = join(scratch(), 'mounted')
  mkdirSync(path, { mode: 0o700 })
  execaSync('mount', ['-t', 'tmpfs', '-o', `mode=0700,${options}`, 'none', path])
  onTestFinished(() => void execaSync('umount', ['-l', path]))
  return path
}

test.skipIf(!canMount)('workenv §1.3 sees a mount that runs no programs, and says so', async () => {
  const base = mounted('noexec,size=1m')
  const { workenv, lines } = await prepare(await packed(appPlan()), base, besides(base))
  expect(workenv.root.startsWith(base)).toBe(false)
  expect(lines.join()).toContain('noexec')
  expect(readdirSync(base)).toEqual([])
})

test.skipIf(!canMount)('workenv §1.3 compares the signed sizes with the free space before it unpacks', async () => {
  const base = mounted('size=64k')
  const large = treeSlot('large', { data: 'x'.repeat(200_000) }, { target: 'large' })
  const plan = appPlan()
  const { lines } = await prepare(await packed({ ...plan, slots: [...plan.slots, large] }), base, besides(base))
  expect(lines.join()).toMatch(/0\.2 MB are needed and 0\.. MB are free/)
  expect(readdirSync(base)).toEqual([])
})

test.skipIf(!canMount)('workenv §1.3 counts inodes too', async () => {
  const base = mounted('nr_inodes=12')
  const files = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`f${at}`, 'x']))
  const plan = appPlan()
  const { lines } = await prepare(
    await packed({ ...plan, slots: [...plan.slots, treeSlot('many', files, { target: 'many' })] }),
    base,
    besides(base),
  )
  expect(lines.join()).toMatch(/files are needed/)
})

test.skipIf(!canMount)('workenv §1.1 falls from a read-only file system', async () => {
  const base = mounted('size=1m')
  execaSync('mount', ['-o', 'remount,ro', base])
  const { workenv, lines } = await prepare(await packed(appPlan()), base, besides(base))
  expect(workenv.root.startsWith(base)).toBe(false)
  expect(lines.join()).toContain('read-only')
})

test.skipIf(!canMount)('workenv §7.5: a cache that became read-only still runs what is in it', async () => {
  const base = mounted('size=1m')
  const pkg = await packed(appPlan())
  const first = await prepare(pkg, base)
  execaSync('mount', ['-o', 'remount,ro', base])
  for (const level of ['standard', 'strict'] as const) {
    const { workenv, lines } = await prepare(pkg, base, { level, ...besides(base) })
    expect([workenv.root, lines]).toEqual([first.workenv.root, []])
  }
})

test.skipIf(!canMount)(
  'workenv §7.5: a whole tree with other times than were sealed needs no seal to run',
  async () => {
    const base = mounted('size=1m')
    const pkg = await packed(sharingPlan())
    const first = await prepare(pkg, base)
    const then = Date.now() / 1000 - 1000
    utimesSync(join(first.workenv.root, 'python/bin/python3'), then, then)
    execaSync('mount', ['-o', 'remount,ro', base])
    const { workenv, lines } = await prepare(pkg, base, besides(base))
    expect([workenv.root, lines]).toEqual([first.workenv.root, []])
  },
)

test('workenv §1.1: nothing is said on the first choice, nor on any warm run', async () => {
  const [pkg, base] = [await packed(appPlan()), freshBase()]
  expect((await prepare(pkg, base)).lines).toEqual([])
})

test('workenv §1.3: a base that was there stays, one that was made goes with its rung', async () => {
  const pkg = await packed(appPlan())
  const closed = freshBase()
  chmodSync(closed, 0o777)
  await prepare(pkg, join(closed, 'deep/base'), besides(freshBase()))
  expect([existsSync(closed), existsSync(join(closed, 'deep'))]).toEqual([true, false])
})

test('workenv §1.3: nothing is removed below a base that is refused, wherever it leads', async () => {
  const base = freshBase()
  for (const name of ['envs', 'slots', 'staging']) mkdirSync(join(base, name))
  chmodSync(base, 0o777)
  await prepare(await packed(appPlan()), base, besides(freshBase()))
  expect(readdirSync(base).toSorted()).toEqual(['envs', 'slots', 'staging'])
})

/** Beside a mount there may be nothing that outlives it. */
function besides(base: string) {
  return { environment: { XDG_CACHE_HOME: join(base, '../other') } }
}
