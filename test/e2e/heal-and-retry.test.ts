import { spawnSync } from 'node:child_process'
import { chmodSync, lstatSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { PackagePlan } from '../../src/package/package-plan.ts'
import { LAUNCH_WAYS, type LaunchWay, launchedBy, launcherOf } from '../support/launch-ways.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { freshBase, packed, sharingPlan, treeSlot } from '../workenv/workenv-fixture.ts'

/** workenv §7.8: what the warm check does not see and the start of the program does. */

beforeAll(async () => {
  for (const way of LAUNCH_WAYS) await launcherOf(way)
}, BUILD_TIMEOUT)

const SHELL = '#!/bin/sh\nexec /bin/sh "$@"\n'

/** Its main program is a script whose interpreter is a shared slot; another command is a script of the system's shell. */
async function app(way: LaunchWay, changes: Partial<PackagePlan> = {}) {
  const plan = sharingPlan({
    slots: [
      treeSlot('app', { 'tools/other': '#!/bin/sh\necho other\n', 'bin/lost': '#!/nowhere/sh\n' }),
      treeSlot('shell', { 'bin/sh': SHELL }, { target: 'shell', share: true }),
    ],
    derived: [{ path: 'bin/run', template: '#!{workenv}/shell/bin/sh\necho ok\n', mode: '0555' }],
    execution: {
      primary_slot: 0,
      command: 'run',
      argv: ['run'],
      commands: { other: { argv: ['tools/other'] }, lost: { argv: ['lost'] } },
    },
    ...changes,
  })
  return (await packed(plan, undefined, { launcher: await launcherOf(way) })).path
}

function run(way: LaunchWay, path: string, base: string, more: Record<string, string> = {}) {
  const env = { PATH: '/usr/bin:/bin', FLAVOR_CACHE: base, XDG_CACHE_HOME: `${base}-next`, FLAVOR_LOG_LEVEL: 'info' }
  const [program, ...args] = launchedBy(way, path)
  const { status, stdout, stderr } = spawnSync(program, args, { env: { ...env, ...more }, encoding: 'utf8' })
  return { status, stdout, stderr }
}

function rootOf(way: LaunchWay, path: string, base: string): string {
  const { status, stdout, stderr } = run(way, path, base, { FLAVOR_COMMAND: 'other' })
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: 'other\n', stderr: '' })
  const seal = spawnSync('find', [base, '-maxdepth', '3', '-name', 'root'], { encoding: 'utf8' })
  return seal.stdout.trim()
}

/** Other bytes with the size and time that were sealed. */
function disguise(path: string, text: string): void {
  const { mode, size, atime, mtime } = lstatSync(path)
  chmodSync(path, 0o700)
  writeFileSync(path, text.padEnd(size).slice(0, size))
  utimesSync(path, atime, mtime)
  chmodSync(path, mode & 0o7777)
}

const DAMAGES: readonly [what: string, cause: string, damage: (root: string) => void, more: Record<string, string>][] =
  [
    ['a program that is gone', 'ENOENT', root => rmSync(join(root, 'tools/other')), OTHER()],
    [
      'a directory on its way that is gone',
      'ENOENT',
      root => rmSync(join(root, 'tools'), { recursive: true }),
      OTHER(),
    ],
    ['a script whose interpreter is gone', 'ENOENT', root => rmSync(join(root, 'shell/bin/sh')), {}],
    ['a script that became text', 'ENOEXEC', root => disguise(join(root, 'tools/other'), 'no script'), OTHER()],
    ['a program that lost its mode', 'EACCES', root => chmodSync(join(root, 'bin/run'), 0o444), {}],
    ['an interpreter that lost its mode', 'EACCES', root => chmodSync(join(root, 'shell/bin/sh'), 0o444), {}],
  ]

function OTHER(): Record<string, string> {
  return { FLAVOR_COMMAND: 'other' }
}

describe.each(LAUNCH_WAYS)('workenv §7.8: %s', way => {
  test.each(['exec', 'spawn'])('heals what does not start and starts it, by %s', async mode => {
    const [path, base] = [await app(way), freshBase()]
    const root = rootOf(way, path, base)
    let healed = 0
    // Node gives a child of no known format to /bin/sh (docs/launchers.md).
    const isTold = (cause: string) => cause !== 'ENOEXEC' || way === 'native' || mode === 'exec'
    const damages = DAMAGES.filter(([, cause]) => isTold(cause))
    for (const [what, cause, damage, more] of damages) {
      damage(root)
      const done = run(way, path, base, { ...more, FLAVOR_EXEC_MODE: mode })
      const stdout = more.FLAVOR_COMMAND === undefined ? 'ok\n' : 'other\n'
      expect(done, what).toMatchObject({ status: 0, stdout })
      expect(done.stderr, what).toMatch(new RegExp(`^[^\n]*info: sample: ${root}/\\S+ did not start \\(${cause}\\)`))
      expect(done.stderr.match(/did not start/g), what).toHaveLength(1)
      expect(done.stderr.match(/: healed \d+ entr/g), what).toHaveLength(1)
      expect(run(way, path, base, more), what).toEqual({ status: 0, stdout, stderr: '' })
      healed++
    }
    expect(healed).toBeGreaterThanOrEqual(DAMAGES.length - 1)
    expect(readFileSync(join(root, 'shell/bin/sh'), 'utf8')).toBe(SHELL)
  })

  test('tries once, where the tree is whole', async () => {
    const [path, base] = [await app(way), freshBase()]
    rootOf(way, path, base)
    for (const more of [{}, { FLAVOR_VALIDATION: 'strict' }, { FLAVOR_EXEC_MODE: 'spawn' }]) {
      const { status, stderr } = run(way, path, base, { FLAVOR_COMMAND: 'lost', ...more })
      expect(status).toBe(104)
      expect(stderr.match(/did not start \(ENOENT\)/g)).toHaveLength(1)
      expect(stderr).toMatch(/error\[PROGRAM_INTERPRETER\]: [^\n]* needs the interpreter \/nowhere\/sh/)
      expect(stderr).not.toContain('healed')
    }
  })

  test('a program of the system is not of the tree, and checks nothing', async () => {
    const path = await app(way, { derived: [], execution: { primary_slot: 0, command: 'x', argv: ['/nowhere/x'] } })
    const { status, stderr } = run(way, path, freshBase())
    expect({ status, tells: stderr.includes('did not start') }).toEqual({ status: 104, tells: false })
  })

  test('§9.1 where the signer lets the level be low, what is gone is healed too', async () => {
    const changes = { minimumLevel: 'none' as const }
    const [path, base] = [await app(way, changes), freshBase()]
    const root = rootOf(way, path, base)
    rmSync(join(root, 'bin/run'), { force: true })
    const done = run(way, path, base, { FLAVOR_VALIDATION: 'none' })
    expect(done).toMatchObject({ status: 0, stdout: 'ok\n', stderr: expect.stringMatching(/: healed 1 entry/) })
  })
})
