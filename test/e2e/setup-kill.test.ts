import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { removeTree } from '../../src/workenv/remove-tree.ts'
import { LAUNCHERS } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { scratch } from '../support/scratch.ts'
import { treeOf } from '../workenv/workenv-fixture.ts'

/** Spec §7.5 and workenv §6.4: whoever is killed while setup runs leaves nothing that looks ready. */

const unable = missing('linux')
const STEPS = 7
/** A step writes where it is, and in the run that asks for it ends its launcher: before, in the middle of its work and behind it. */
const STEP = `die() { if [ "$DIE" = "$1" ]; then kill -KILL "$PPID"; exit; fi; }
die "$1 before"
printf 'half of ' >"$FLAVOR_WORKENV/made-$1"
die "$1 middle"
echo "$FLAVOR_WORKENV" >>"$FLAVOR_WORKENV/made-$1"
echo "$1" >>"$LOG"
die "$1 behind"`
const POINTS = Array.from({ length: STEPS }, (_, at) =>
  ['before', 'middle', 'behind'].map(when => `${at} ${when}`),
).flat()

const SCRIPT = 'cat "$FLAVOR_WORKENV"/made-*'

describe.skipIf(unable)(`setup commands${unable ? `: ${unable}` : ''}`, () => {
  describe.each(LAUNCHERS)('%s', (_kind, packWith) => {
    test(`§7.5 SIGKILL at each of ${POINTS.length} points: the next run starts from the beginning`, async () => {
      const directory = scratch()
      const { path, environment } = await packWith(directory, {
        script: SCRIPT,
        programs: { step: STEP },
        changes: { setupCommands: Array.from({ length: STEPS }, (_, at) => `step ${at}`) },
      })
      let killed = 0
      for (const [at, DIE] of POINTS.entries()) {
        const cache = join(directory, `cache-${at}`)
        mkdirSync(cache, { mode: 0o700 })
        const log = (name: string) => ({ ...environment, FLAVOR_CACHE: cache, LOG: join(directory, `${name}-${at}`) })
        const first = spawnSync(path, [], { env: { ...log('first'), DIE }, encoding: 'utf8' })
        if (first.signal === 'SIGKILL') killed++
        expect(first.stdout, DIE).toBe('')
        expect(seals(cache), DIE).toEqual([])
        const second = spawnSync(path, [], { env: log('second'), encoding: 'utf8' })
        expect([second.status, second.stderr], DIE).toEqual([0, ''])
        const [root = ''] = attempts(cache)
        const line = `half of ${join(cache, 'envs', root, 'root')}\n`
        expect(second.stdout, DIE).toBe(line.repeat(STEPS))
        const steps = readFileSync(join(directory, `second-${at}`), 'utf8')
          .trim()
          .split('\n')
        expect(steps, DIE).toEqual(Array.from({ length: STEPS }, (_, step) => `${step}`))
        expect([attempts(cache).length, seals(cache).length, readdirSync(join(cache, 'staging'))], DIE).toEqual([
          1,
          1,
          [],
        ])
        const third = spawnSync(path, [], { env: { ...log('third'), FLAVOR_VALIDATION: 'strict' }, encoding: 'utf8' })
        expect([third.stdout, existsSync(join(directory, `third-${at}`))], DIE).toEqual([second.stdout, false])
        removeTree(cache)
      }
      expect(killed).toBe(POINTS.length)
      expect(killed).toBeGreaterThanOrEqual(20)
    })

    test('§7.5 a command that fails leaves nothing, and the next run starts from the beginning', async () => {
      const directory = scratch()
      const { path, environment } = await packWith(directory, {
        script: SCRIPT,
        programs: { step: `${STEP}\n[ "$1" != "$FAIL" ]` },
        changes: { setupCommands: Array.from({ length: 3 }, (_, at) => `step ${at}`) },
      })
      const env = { ...environment, LOG: join(directory, 'log') }
      for (const FAIL of ['0', '1', '2']) {
        const failed = spawnSync(path, [], { env: { ...env, FAIL }, encoding: 'utf8' })
        expect(failed).toMatchObject({ status: 104, stdout: '', stderr: expect.stringContaining('SETUP_FAILED') })
        const left = treeOf(environment.FLAVOR_CACHE ?? '').filter(name => /^(envs|staging)\/./.test(name))
        expect(left.filter(name => !name.endsWith('.lock'))).toEqual([])
      }
      expect(spawnSync(path, [], { env, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
      const log = readFileSync(env.LOG, 'utf8').trim().split('\n')
      expect(log).toEqual(['0', '0', '1', '0', '1', '2', '0', '1', '2'])
    })
  })
})

function seals(cache: string): string[] {
  return readdirSync(join(cache, 'envs')).filter(name => name.endsWith('.seal'))
}

function attempts(cache: string): string[] {
  const items = readdirSync(join(cache, 'envs'), { withFileTypes: true })
  return items.filter(item => item.isDirectory()).map(item => item.name)
}
