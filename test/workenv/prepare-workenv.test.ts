import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isOwned, releaseAndRemove, tryLock } from '../../src/workenv/os-lock.ts'
import { removeTree } from '../../src/workenv/remove-tree.ts'
import { appPlan, freshBase, packed, prepare, sharingPlan, treeOf, treeSlot } from './workenv-fixture.ts'

test('workenv §6 unpacks once; the second run finds it', async () => {
  const [pkg, base] = [await packed(appPlan()), freshBase()]
  const first = await prepare(pkg, base)
  const second = await prepare(pkg, base)
  expect([first.workenv.fresh, second.workenv.fresh]).toEqual([true, false])
  expect(second.workenv.root).toBe(first.workenv.root)
  expect(treeOf(first.workenv.root)).toEqual(['bin/', 'bin/run', 'lib/', 'lib/data.txt', 'lib/link'])
  expect([...first.lines, ...second.lines]).toEqual([])
  expect(treeOf(base).filter(path => /^(staging|runs)\/./.test(path))).toEqual([])
})

test('workenv §4.5 leaves no write bits on files', async () => {
  const { workenv } = await prepare(await packed(appPlan()), freshBase())
  expect(lstatSync(join(workenv.root, 'bin/run')).mode & 0o7777).toBe(0o555)
  expect(lstatSync(join(workenv.root, 'bin')).mode & 0o7777).toBe(0o755)
  expect(lstatSync(workenv.root).mode & 0o7777).toBe(0o700)
})

test('workenv §3.1: two packages of one name and version never share, one package under two names does', async () => {
  const base = freshBase()
  const other = appPlan({ slots: [treeSlot('app', { 'bin/run': 'other' })] })
  const roots = [
    await prepare(await packed(appPlan()), base),
    await prepare(await packed(other), base),
    await prepare(await packed(appPlan()), base),
  ].map(({ workenv }) => workenv.root)
  expect(roots[0]).not.toBe(roots[1])
  expect(roots[0]).toBe(roots[2])
})

test('workenv §4.2 unpacks a shared slot once for all packages, behind a relative link', async () => {
  const base = freshBase()
  const first = await prepare(await packed(sharingPlan()), base)
  const second = await prepare(await packed(sharingPlan({ package: { name: 'other', version: '2' } })), base)
  const link = join(second.workenv.root, 'python')
  expect(readlinkSync(link)).toMatch(/^\.\.\/\.\.\/\.\.\/slots\/[0-9a-f]{64}\/tree$/)
  const inode = (root: string) => lstatSync(join(root, 'python/bin/python3')).ino
  expect(inode(first.workenv.root)).toBe(inode(second.workenv.root))
  expect(treeOf(join(base, 'slots')).filter(path => path.endsWith('/tree/'))).toHaveLength(1)
})

test('workenv §4.3 and §3.1: derived files hold the absolute path, and a moved cache is never believed', async () => {
  const derived = [{ path: 'pyvenv.cfg', template: 'home = {workenv}/python/bin\n', mode: '0644' }]
  const pkg = await packed(sharingPlan({ derived }))
  const base = freshBase()
  const { workenv } = await prepare(pkg, base)
  const file = join(workenv.root, 'pyvenv.cfg')
  expect(readFileSync(file, 'utf8')).toBe(`home = ${workenv.root}/python/bin\n`)
  expect(lstatSync(file).mode & 0o7777).toBe(0o444)
  const moved = `${base}-moved`
  renameSync(base, moved)
  const again = await prepare(pkg, moved)
  expect(again.workenv.fresh).toBe(true)
  expect(readFileSync(join(again.workenv.root, 'pyvenv.cfg'), 'utf8')).toBe(`home = ${again.workenv.root}/python/bin\n`)
})

test('workenv §3.1: a package that is not bound to its place survives the move of a cache', async () => {
  const pkg = await packed(sharingPlan())
  const base = freshBase()
  await prepare(pkg, base)
  const moved = `${base}-moved`
  renameSync(base, moved)
  const { workenv } = await prepare(pkg, moved)
  expect(workenv.fresh).toBe(false)
  expect(existsSync(join(workenv.root, 'python/bin/python3'))).toBe(true)
})

test('workenv §4.4 makes directories; what a program keeps there is its own, under strict too', async () => {
  const workenv = { directories: [{ path: '{workenv}/tmp', mode: '0700' }, { path: 'var/log' }, { path: '{workenv}' }] }
  const [pkg, base] = [await packed(appPlan({ workenv })), freshBase()]
  const { root } = (await prepare(pkg, base)).workenv
  expect(lstatSync(join(root, 'var/log')).mode & 0o7777).toBe(0o700)
  writeFileSync(join(root, 'tmp/kept'), '')
  writeFileSync(join(root, 'lib/stray'), '')
  await prepare(pkg, base, { level: 'strict' })
  expect([existsSync(join(root, 'tmp/kept')), existsSync(join(root, 'lib/stray'))]).toEqual([true, false])
})

test('workenv §4.1 leaves out slots of other platforms, and init slots where there is no setup', async () => {
  const other = process.platform === 'linux' ? 'windows' : 'linux'
  const slots = [
    treeSlot('app', { 'bin/run': 'x' }),
    treeSlot('foreign', { there: 'x' }, { platform: other, target: 'foreign' }),
    treeSlot('seed', { here: 'x' }, { lifecycle: 'init', target: 'seed' }),
    treeSlot('later', { data: 'x' }, { lifecycle: 'lazy', target: 'later' }),
  ]
  const { workenv } = await prepare(await packed(appPlan({ slots })), freshBase())
  expect(treeOf(workenv.root)).toEqual(['bin/', 'bin/run'])
  expect(workenv.slotPaths.slice(0, 3)).toEqual([workenv.root, `${workenv.root}/foreign`, `${workenv.root}/seed`])
})

test('workenv §1.1 falls to the next rung, and says which and why', async () => {
  const base = freshBase()
  chmodSync(base, 0o777)
  const pkg = await packed(appPlan())
  const first = await prepare(pkg, base)
  expect(first.workenv.root).toContain(`${base}-next/flavor/envs/`)
  expect(first.lines).toHaveLength(1)
  expect(first.lines[0]).toMatch(
    /^warn: sample: unpacked to .*-next\/flavor \(cache\): FLAVOR_CACHE .*others can write/,
  )
  const second = await prepare(pkg, base)
  expect(second.workenv.fresh).toBe(false)
  expect(second.lines).toEqual([])
  expect(treeOf(base)).toEqual([])
})

test('workenv §7.6: what is made anew because it cannot be healed is told in one line', async () => {
  const [pkg, base] = [await packed(sharingPlan()), freshBase()]
  const { workenv } = await prepare(pkg, base)
  const seal = join(base, 'envs', `${workenv.key}.seal`)
  writeFileSync(seal, 'cut')
  const reason = 'its seal is damaged or of another package'
  expect((await prepare(pkg, base)).lines).toEqual([
    `info: sample: the work environment in ${base} cannot be used: ${reason}`,
  ])
  const [slot = ''] = treeOf(join(base, 'slots')).filter(path => path.endsWith('/tree/'))
  removeTree(join(base, 'slots', slot, '..'))
  expect((await prepare(pkg, base)).lines).toEqual([
    expect.stringMatching(/^info: sample: made the shared slot \w+ anew in .*\/tree$/),
  ])
  expect((await prepare(pkg, base)).lines).toEqual([])
})

test('workenv §6.5 publishes anew where the cache is turned off', async () => {
  const [pkg, base] = [await packed(appPlan()), freshBase()]
  const first = await prepare(pkg, base)
  const second = await prepare(pkg, base, { environment: { FLAVOR_WORKENV_CACHE: '0' } })
  expect(second.workenv.fresh).toBe(true)
  expect(second.workenv.root).not.toBe(first.workenv.root)
  const third = await prepare(pkg, base)
  expect(third.workenv.root).toBe(second.workenv.root)
  // Superseded and in nobody's use, so it is gone (workenv §10.4).
  if (process.platform === 'linux') expect(existsSync(first.workenv.root)).toBe(false)
})

test('workenv §5.4 marks the last use, at most once an hour', async () => {
  const [pkg, base] = [await packed(appPlan()), freshBase()]
  const { workenv } = await prepare(pkg, base)
  const seal = join(base, 'envs', `${workenv.key}.seal`)
  const age = (seconds: number) => {
    const then = Date.now() / 1000 - seconds
    utimesSync(seal, then, then)
    return lstatSync(seal).mtimeMs
  }
  const recent = age(1800)
  await prepare(pkg, base)
  expect(lstatSync(seal).mtimeMs).toBe(recent)
  const old = age(7200)
  await prepare(pkg, base)
  expect(lstatSync(seal).mtimeMs).toBeGreaterThan(old + 7000_000)
})

test('workenv §1.2: a cache under a path with blanks, quotes and other scripts', async () => {
  const base = join(freshBase(), `it's a "büchse" 日本`)
  mkdirSync(base, { mode: 0o700 })
  const derived = [{ path: 'cfg', template: '"{workenv}/x"\n', mode: '0600' }]
  const pkg = await packed(sharingPlan({ derived }))
  expect((await prepare(pkg, base)).workenv.fresh).toBe(true)
  const { workenv } = await prepare(pkg, base, { level: 'strict' })
  expect(workenv.fresh).toBe(false)
  expect(readFileSync(join(workenv.root, 'cfg'), 'utf8')).toBe(`"${workenv.root}/x"\n`)
})

test('workenv §8.2: whoever finds what is on its way out looks again until it is gone, and holds a new one', async () => {
  const [pkg, base] = [await packed(appPlan()), freshBase()]
  const { workenv: old } = await prepare(pkg, base)
  const cleaner = tryLock(old.attempt.lock, 'exclusive')
  if (cleaner === 'busy') throw new Error('nobody uses it')
  const starting = prepare(pkg, base, { isForUse: true })
  rmSync(join(base, 'envs', `${old.key}.seal`))
  removeTree(old.attempt.directory)
  releaseAndRemove(old.attempt.lock, cleaner)
  const { workenv } = await starting
  expect(existsSync(join(workenv.root, 'bin/run'))).toBe(true)
  expect(isOwned(workenv.attempt.lock)).toBe(true)
})

test('workenv §8.2: a lock file that was lost alone is made again', async () => {
  const [pkg, base] = [await packed(appPlan()), freshBase()]
  const { workenv: old } = await prepare(pkg, base)
  rmSync(old.attempt.lock)
  const { workenv } = await prepare(pkg, base, { isForUse: true })
  expect([workenv.fresh, workenv.root]).toEqual([false, old.root])
  expect(isOwned(workenv.attempt.lock)).toBe(true)
})
