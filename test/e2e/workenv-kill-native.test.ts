import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { removeTree } from '../../src/workenv/remove-tree.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { nativeLauncher } from '../support/native-launched.ts'
import { freshBase, packed, prepare, sharingPlan, treeOf, treeSlot } from '../workenv/workenv-fixture.ts'
import { failAt, killAt, killPoints } from './strace-kill.ts'

/** workenv §6.1 and §8.3 for the native launcher: the calls of the process itself are counted, and it is killed before each. */

const unable = missing('linux', 'strace')
const OUTPUT = 'file 1\nx\n'
const PROGRAM =
  '#!/bin/sh\ncd "$FLAVOR_WORKENV" && cat lib/f1 python/lib/os.py && if [ -e made-by-setup ]; then cat made-by-setup; fi\n'

beforeAll(async () => void (unable ?? (await nativeLauncher())), BUILD_TIMEOUT)

/** Shares, derives and sets up; of enough files for every kind of call to come often. */
async function app(setup = true) {
  const { path, tool, toolVersion } = await nativeLauncher()
  const [, python] = sharingPlan().slots
  if (python === undefined) throw new Error('there is a shared slot')
  const files = Object.fromEntries(Array.from({ length: 70 }, (_, at) => [`lib/f${at}`, `file ${at}\n`]))
  const seed = treeSlot('seed', { 'wheels/a': 'x', 'wheels/b': 'y' }, { lifecycle: 'init' })
  const plan = sharingPlan({
    slots: [treeSlot('app', { 'bin/run': PROGRAM, ...files, 'lib/link': '->f1' }), python, seed],
    execution: { primary_slot: 0, command: '{workenv}/bin/run', argv: ['{workenv}/bin/run'] },
    derived: [{ path: 'cfg', template: '{workenv}', mode: '0644' }],
    ...(setup ? { setupCommands: [{ type: 'write_file', path: 'made-by-setup', content: 'made\n' }] } : {}),
  })
  return await packed(plan, undefined, { launcher: { path, tool, toolVersion } })
}

function started(path: string, base: string, more: Record<string, string> = {}, args: string[] = []) {
  return { path, args, env: { PATH: '/usr/bin:/bin', FLAVOR_CACHE: base, XDG_CACHE_HOME: `${base}-next`, ...more } }
}

/** A second attempt may have another number than the first, and another base gives another key. */
function withoutNumbers(paths: readonly string[]): string[] {
  return paths.map(path => path.replace(/(-[0-9a-f]{20})(?:-[0-9a-f]{8})?(?:\.[0-9]+)?/, '$1')).sort()
}

function run({ path, args, env }: ReturnType<typeof started>) {
  return spawnSync(path, args, { env, encoding: 'utf8' })
}

describe.skipIf(unable)(`the native launcher${unable ? `: ${unable}` : ''}`, () => {
  test('workenv §6.1: killed before each call that changes the file system', { timeout: 600_000 }, async () => {
    const [pkg, whole] = [await app(), freshBase()]
    const { points, stdout } = killPoints(started(pkg.path, whole))
    expect(stdout).toBe(`${OUTPUT}made\n`)
    const expected = withoutNumbers(treeOf(whole))
    let killed = 0
    for (const point of points) {
      const base = freshBase()
      const where = `killed before ${point.call} ${point.count}`
      if (killAt(started(pkg.path, base), point)) killed++
      for (const more of [{}, { FLAVOR_VALIDATION: 'strict' }]) {
        expect(run(started(pkg.path, base, more)), where).toMatchObject({ status: 0, stdout, stderr: '' })
      }
      expect(withoutNumbers(treeOf(base)), where).toEqual(expected)
      removeTree(base)
    }
    expect(killed).toBe(points.length)
    expect(killed).toBeGreaterThanOrEqual(200)
    // What the last one made, TypeScript takes for whole.
    const { workenv, lines } = await prepare(pkg, whole, { level: 'strict' })
    expect([workenv.fresh, lines]).toEqual([false, []])
  })

  test.each(['ENOSPC', 'EROFS', 'EACCES'])(
    'workenv §1.3: %s of any call leaves nothing, and another rung is used',
    { timeout: 600_000 },
    async error => {
      // Without setup, whose errors end the run, and without the program, whose calls would fail too.
      const pkg = await app(false)
      const prepared = (base: string) => started(pkg.path, base, { FLAVOR_LAUNCHER_CLI: '1' }, ['prepare'])
      const { points } = killPoints(prepared(freshBase()))
      let fallen = 0
      // Every fourth: the calls of a slot's files are all alike.
      for (const point of points.filter((_, at) => at % 4 === 0)) {
        const base = freshBase()
        const where = `${error} of ${point.call} ${point.count}`
        const done = failAt(prepared(base), point, error)
        expect(done, where).toMatchObject({ status: 0 })
        expect(run(started(pkg.path, base)), where).toMatchObject({ status: 0, stdout: OUTPUT, stderr: '' })
        if (existsSync(`${base}-next`)) {
          fallen++
          expect(done.stderr.match(/unpacked to/g), where).toHaveLength(1)
          expect(done.stderr, where).toContain(error)
          expect(
            treeOf(base).filter(path => !path.endsWith('.lock')),
            where,
          ).toEqual([])
        }
        for (const place of [base, `${base}-next`]) removeTree(place)
      }
      expect(fallen).toBeGreaterThan(20)
    },
  )

  test('workenv §6.2: 16 first runs at once are all right and leave one copy', { timeout: 300_000 }, async () => {
    const [pkg, base] = [await app(), freshBase()]
    const { env, path } = started(pkg.path, base)
    const script = 'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do "$0" > "$1.$i" 2>&1 & done; wait'
    const out = join(`${base}-out`)
    expect(spawnSync('sh', ['-c', script, path, out], { env, encoding: 'utf8' }).status).toBe(0)
    const texts = Array.from({ length: 16 }, (_, at) => readFileSync(`${out}.${at + 1}`, 'utf8'))
    expect(new Set(texts)).toEqual(new Set([`${OUTPUT}made\n`]))
    expect(treeOf(base).filter(name => /^envs\/[^/]+\/$/.test(name))).toHaveLength(1)
    expect(treeOf(base).filter(name => name.startsWith('staging/'))).toEqual(['staging/'])
  })
})
