import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { removeTree } from '../../src/workenv/remove-tree.ts'
import { failPoint, systemError } from './fail-points.ts'
import { appPlan, freshBase, packed, prepare, sharingPlan, treeOf, treeSlot } from './workenv-fixture.ts'

describe('workenv §1.3: an error of the system anywhere in a first run', () => {
  test.each(['ENOSPC', 'EACCES', 'EIO'])('%s', async code => {
    const derived = [{ path: 'cfg', template: '{workenv}', mode: '0644' }]
    const pkg = await packed(sharingPlan({ derived }))
    let fallen = 0
    for (let at = 1; ; at++) {
      const base = freshBase()
      const point = failPoint(`${base}/`, at, name => {
        throw systemError(code, name)
      })
      onTestFinished(() => point.restore())
      const { workenv, lines } = await prepare(pkg, base).finally(() => point.restore())
      expect(readFileSync(join(workenv.root, 'python/lib/os.py'), 'utf8'), `call ${at}`).toBe('x\n')
      expect(readFileSync(join(workenv.root, 'cfg'), 'utf8')).toBe(workenv.root)
      const isHere = workenv.root.startsWith(`${base}/`)
      // What the run made is gone with the rung, but for what the failing call itself should have removed.
      if (!isHere)
        expect(
          treeOf(base).filter(path => !path.endsWith('.lock')),
          `call ${at}`,
        ).toEqual([])
      if (!isHere) expect(lines.join('\n')).toContain(code)
      removeTree(base)
      removeTree(`${base}-next`)
      if (point.calls < at) break
      if (!isHere) fallen++
    }
    expect(fallen).toBeGreaterThan(30)
  })
})

test('workenv §1.1: one error names each rung and its reason', async () => {
  const pkg = await packed(appPlan())
  const base = freshBase()
  const points = ['', '-next'].map(suffix =>
    failPoint(`${base}${suffix}/`, 4, name => {
      throw systemError('ENOSPC', name)
    }),
  )
  const restore = () => {
    for (const point of points.reverse()) point.restore()
  }
  onTestFinished(restore)
  const { publishOnLadder } = await import('../../src/workenv/first-run.ts')
  const rungs = ['', '-next'].map(suffix => ({ name: 'cache' as const, path: `${base}${suffix}`, isPrivate: false }))
  const error = await publishOnLadder(requestFor(pkg), rungs).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  restore()
  expect(error).toMatchObject({ code: 'CACHE_FULL', row: { launcherExit: 106 } })
  expect((error as Error).message).toContain(`cache ${base}: no space is left`)
  expect((error as Error).message).toContain(`cache ${base}-next: no space is left`)
  expect(existsSync(`${base}-next`)).toBe(false)
  expect(readdirSync(base)).toEqual([])
})

function requestFor(pkg: Awaited<ReturnType<typeof packed>>) {
  const { planWorkenv, thisMachine } = modules
  return {
    pkg,
    plan: planWorkenv(pkg, process.platform),
    level: 'standard' as const,
    isDoubted: false,
    machine: thisMachine({}),
    log: () => undefined,
    runSetup: async () => undefined,
    onProgress: undefined,
    accepts: () => true,
  }
}

const modules = {
  ...(await import('../../src/workenv/workenv-plan.ts')),
  ...(await import('../../src/workenv/machine.ts')),
}

test('workenv §6.2: of first runs at once in one process, one unpacks', async () => {
  const [pkg, base] = [await packed(sharingPlan()), freshBase()]
  const runs = await Promise.all(Array.from({ length: 8 }, () => prepare(pkg, base)))
  expect(runs.filter(({ workenv }) => workenv.fresh)).toHaveLength(1)
  expect(new Set(runs.map(({ workenv }) => workenv.root)).size).toBe(1)
})

test('workenv §6.2: where locks do not work, the loser takes the winner’s and leaves nothing', async () => {
  const [pkg, base] = [await packed(sharingPlan()), freshBase()]
  mkdirSync(join(base, 'envs'), { mode: 0o700 })
  mkdirSync(join(base, 'slots'), { mode: 0o700 })
  const { key } = (await prepare(pkg, freshBase())).workenv
  // SQLite takes no lock on what is no database of its own.
  writeFileSync(join(base, 'envs', `${key}.lock`), 'no lock'.repeat(1000), { mode: 0o700 })
  const runs = await Promise.all(Array.from({ length: 4 }, () => prepare(pkg, base)))
  expect(new Set(runs.map(({ workenv }) => workenv.root)).size).toBe(1)
  const directories = readdirSync(join(base, 'envs'), { withFileTypes: true }).filter(item => item.isDirectory())
  expect(directories).toHaveLength(1)
})

test('workenv §6.4: setup that fails leaves nothing that looks ready, and no other rung is tried', async () => {
  const pkg = await packed(appPlan({ setupCommands: [{ type: 'execute', command: 'true' }] }))
  const base = freshBase()
  const runSetup = async (_: unknown, root: string) => {
    writeFileSync(join(root, 'half'), '')
    throw Object.assign(new Error('no such program'), { code: 'ENOENT', syscall: 'spawn' })
  }
  await expect(prepare(pkg, base, { runSetup })).rejects.toThrow('no such program')
  expect(treeOf(base).filter(path => !path.endsWith('.lock'))).toEqual(['envs/', 'slots/', 'staging/'])
  expect(existsSync(`${base}-next`)).toBe(false)
})

test('workenv §6.4: setup runs once, with init slots, and what it made is checked', async () => {
  const slots = [
    treeSlot('app', { 'bin/run': 'x', 'lib/a': 'a' }),
    treeSlot('seed', { 'wheels/one.whl': 'wheel', 'lib/seed': 's' }, { lifecycle: 'init' }),
  ]
  const pkg = await packed(appPlan({ slots, setupCommands: [{ type: 'execute', command: 'true' }] }))
  const base = freshBase()
  let runs = 0
  const runSetup = async (_: unknown, root: string) => {
    runs++
    const wheel = readFileSync(join(root, 'wheels/one.whl'), 'utf8')
    writeFileSync(join(root, 'lib/installed'), `${wheel} in ${root}`, { mode: 0o644 })
  }
  const { root } = (await prepare(pkg, base, { runSetup })).workenv
  expect(treeOf(root)).toEqual(['bin/', 'bin/run', 'lib/', 'lib/a', 'lib/installed'])
  expect((await prepare(pkg, base, { runSetup, level: 'strict' })).workenv.root).toBe(root)
  expect(runs).toBe(1)
  // What a slot brought is healed; what setup made needs another setup.
  removeTree(join(root, 'lib/a'))
  expect((await prepare(pkg, base, { runSetup, level: 'strict' })).workenv.root).toBe(root)
  expect([existsSync(join(root, 'lib/a')), runs]).toEqual([true, 1])
  writeFileSync(join(root, 'lib/installed'), 'something else')
  const again = (await prepare(pkg, base, { runSetup, level: 'strict' })).workenv
  expect([again.fresh, again.root === root, runs]).toEqual([true, false, 2])
  expect(readFileSync(join(again.root, 'lib/installed'), 'utf8')).toBe(`wheel in ${again.root}`)
})
