import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PackageFile } from '../../src/package/package-file.ts'
import { freshBase, packed, prepare, sharingPlan, treeOf, treeSlot } from '../workenv/workenv-fixture.ts'

const PROCESS = join(import.meta.dirname, '../workenv/prepare-process.ts')

function arguments_(pkg: PackageFile, base: string, executable: string, killAt: number): string[] {
  return [PROCESS, pkg.path, base, executable, `${killAt}`]
}

/**
 * workenv §6.1 and §8.3: killed before each call that changes the file system, in turn. The next run is right, and leaves exactly what
 * a run that nobody killed leaves.
 */
async function killEverywhere(pkg: PackageFile, executable: string): Promise<number> {
  const whole = freshBase()
  const counted = JSON.parse(
    execFileSync(process.execPath, arguments_(pkg, whole, executable, 0), { encoding: 'utf8' }),
  )
  const expected = withoutNumbers(treeOf(whole))
  let killed = 0
  for (let at = 1; at <= counted.calls; at++) {
    const base = freshBase()
    const run = spawnSync(process.execPath, arguments_(pkg, base, executable, at), { stdio: 'ignore' })
    if (run.signal === 'SIGKILL') killed++
    const { workenv } = await prepare(pkg, base, { runSetup: fakeSetup })
    expect(readFileSync(join(workenv.root, executable), 'utf8'), `killed before call ${at}`).toBe(counted.text)
    await prepare(pkg, base, { level: 'strict', runSetup: fakeSetup })
    expect(withoutNumbers(treeOf(base)), `killed before call ${at}`).toEqual(expected)
  }
  expect(killed).toBe(counted.calls)
  return killed
}

/** A second attempt may have another number than the first, and another base gives another key. */
function withoutNumbers(paths: readonly string[]): string[] {
  return paths.map(path => path.replace(/(-[0-9a-f]{20})(?:-[0-9a-f]{8})?(?:\.[0-9]+)?/, '$1')).sort()
}

async function fakeSetup(_: unknown, root: string): Promise<void> {
  const { writeFileSync } = await import('node:fs')
  writeFileSync(`${root}/made-by-setup`, root)
}

test('workenv §6.1: killed anywhere in a first run that shares, derives and sets up', {
  timeout: 600_000,
}, async () => {
  const plan = sharingPlan({
    derived: [{ path: 'cfg', template: '{workenv}', mode: '0644' }],
    setupCommands: [{ type: 'execute', command: 'true' }],
  })
  const seed = treeSlot('seed', { 'wheels/a': 'x' }, { lifecycle: 'init' })
  const pkg = await packed({ ...plan, slots: [...plan.slots, seed] })
  expect(await killEverywhere(pkg, 'python/bin/python3')).toBeGreaterThan(60)
})

test('workenv §6.2: 16 first runs at once are all right and leave one copy', { timeout: 300_000 }, async () => {
  const { spawn } = await import('node:child_process')
  const [pkg, base] = [await packed(sharingPlan()), freshBase()]
  const runs = Array.from({ length: 16 }, async () => {
    const child = spawn(process.execPath, arguments_(pkg, base, 'lib/app.py', 0), {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let out = ''
    for await (const text of child.stdout.setEncoding('utf8')) out += text
    return JSON.parse(out) as { root: string; text: string; fresh: boolean }
  })
  const done = await Promise.all(runs)
  expect(done.filter(({ text }) => text === 'print(1)\n')).toHaveLength(16)
  expect(new Set(done.map(({ root }) => root)).size).toBe(1)
  expect(done.filter(({ fresh }) => fresh)).toHaveLength(1)
  const directories = readdirSync(join(base, 'envs'), { withFileTypes: true }).filter(item => item.isDirectory())
  expect(directories).toHaveLength(1)
  expect(readdirSync(join(base, 'staging'))).toEqual([])
})
