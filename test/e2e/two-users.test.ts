import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LEVELS } from '../../src/launch/levels.ts'
import { formatSeal, parseSeal } from '../../src/workenv/seal.ts'
import { LAUNCH_WAYS, type LaunchWay, launchedBy, launcherOf } from '../support/launch-ways.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { writeSample } from '../support/sample-plan.ts'
import { appPlan, treeSlot } from '../workenv/workenv-fixture.ts'

/** workenv §1.2: two users on one machine. Nothing that one can do makes a launcher of the other run anything but what was signed. */

const unable = missing('linux', 'root', 'setpriv')
/** Of nobody on this machine, and of no other run of the tests. */
const VICTIM = 60_000 + 2 * (process.pid % 2_000)
const ATTACKER = VICTIM + 1
/** No other run has unpacked it anywhere. */
const NAME = `two-users-${process.pid}`
const HARD_LINKS = '/proc/sys/fs/protected_hardlinks'
/** The directories of the ladder that have the same name for everybody. */
const OPEN_PLACES = ['/var/tmp', '/tmp', '/dev/shm'].map(place => `${place}/flavor-${VICTIM}`)

let directory = ''
const packages = new Map<LaunchWay, string>()
let launches = 0
let attacks = 0

beforeAll(async () => {
  if (unable !== undefined) return
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'flavor-two-users-')))
  chmodSync(directory, 0o755)
  mkdirSync(join(directory, 'marks'))
  chmodSync(join(directory, 'marks'), 0o1777)
  for (const way of LAUNCH_WAYS) {
    const place = join(directory, 'packages', way.replace(' ', '-'))
    mkdirSync(place, { recursive: true })
    const slots = [treeSlot('app', { 'bin/run': '#!/bin/sh\necho "signed $FLAVOR_WORKENV"\n', data: way })]
    // The signer leaves the level to the caller, so that each is as low as it says.
    const plan = appPlan({ package: { name: NAME, version: '1' }, slots, minimumLevel: 'none' })
    const { path } = await writeSample(place, plan, { launcher: await launcherOf(way) })
    chmodSync(path, 0o755)
    packages.set(way, path)
  }
  forge()
}, BUILD_TIMEOUT)

afterAll(() => {
  if (directory === '') return
  removeRoots()
  for (const path of [directory, ...OPEN_PLACES]) rmSync(path, { recursive: true, force: true, maxRetries: 5 })
})

function packageOf(way: LaunchWay): string {
  return packages.get(way) ?? ''
}

/** Takes away what root was made to unpack at names that are the same for all, and nothing else of root's. */
function removeRoots(): void {
  for (const base of ['/var/tmp', '/tmp', '/dev/shm'].map(place => `${place}/flavor-0`)) {
    const envs = join(base, 'envs')
    const names = existsSync(envs) ? readdirSync(envs).filter(name => name.startsWith(NAME)) : []
    for (const name of names) rmSync(join(envs, name), { recursive: true, force: true })
    for (const path of [envs, join(base, 'slots'), join(base, 'staging'), base]) {
      try {
        rmdirSync(path)
      } catch {
        // Not there, or root has something in it.
      }
    }
  }
}

interface Launch {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

function launch(way: LaunchWay, uid: number, env: Record<string, string>, path = packageOf(way)): Launch {
  launches++
  const { program, args } = launchedBy(way, path)
  const user = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', program, ...args]
  const options = { encoding: 'utf8' as const, cwd: '/', env: { PATH: '/usr/bin:/bin', ...env } }
  const { status, stdout, stderr } = spawnSync('setpriv', user, options)
  return { status, stdout, stderr }
}

/** What the attacker would have run: it leaves the user's number where all can write. */
function payload(): string {
  return `#!/bin/sh\nid -u >>${join(directory, 'marks/run')}\necho forged\n`
}

/** A cache that is right in all that its seals can say, but that its programs are the attacker's. */
function forge(): void {
  const base = join(directory, 'forged')
  for (const way of LAUNCH_WAYS) expect(launch(way, 0, { FLAVOR_CACHE: base }), way).toMatchObject({ status: 0 })
  for (const name of readdirSync(join(base, 'envs')).filter(name => name.endsWith('.seal'))) {
    const place = join(base, 'envs', name)
    const seal = parseSeal(readFileSync(place, 'latin1'))
    if (seal === undefined) throw new Error('a seal that was just made holds')
    const attempt = join(base, 'envs', name.replace(/\.seal$/, `.${seal.attempt}`))
    const program = join(attempt, 'root/bin/run')
    rmSync(program)
    writeFileSync(program, payload(), { mode: 0o777 })
    chmodSync(program, 0o777)
    const { size, mtimeNs } = statSync(program, { bigint: true })
    const text = formatSeal({ ...seal, executable: { size, mtime: mtimeNs } })
    for (const path of [place, join(attempt, 'seal')]) writeFileSync(path, text, { mode: 0o600 })
  }
}

/** Copies it, times and all, for one owner. */
function plant(path: string, owner = ATTACKER, mode = 0o700): void {
  rmSync(path, { recursive: true, force: true })
  cpSync(join(directory, 'forged'), path, { recursive: true, preserveTimestamps: true })
  // Copies have microseconds less than what was sealed.
  for (const name of readdirSync(join(path, 'envs')).filter(name => name.endsWith('.seal'))) reseal(path, name)
  spawnSync('chown', ['-R', '-h', `${owner}:${owner}`, path])
  chmodSync(path, mode)
}

function reseal(base: string, name: string): void {
  const place = join(base, 'envs', name)
  const seal = parseSeal(readFileSync(place, 'latin1'))
  if (seal === undefined) throw new Error('the forged seal holds')
  const program = join(base, 'envs', name.replace(/\.seal$/, `.${seal.attempt}`), 'root/bin/run')
  const { size, mtimeNs } = statSync(program, { bigint: true })
  writeFileSync(place, formatSeal({ ...seal, executable: { size, mtime: mtimeNs } }))
}

/** Others than before: a launcher may still be cleaning behind a first run in the last ones. */
let homes = ''

/** A fresh home for both, and nothing anywhere else. */
function clear(): void {
  for (const path of OPEN_PLACES) rmSync(path, { recursive: true, force: true, maxRetries: 5 })
  homes = mkdtempSync(join(directory, 'homes-'))
  chmodSync(homes, 0o755)
  for (const [name, uid] of [
    ['victim', VICTIM],
    ['attacker', ATTACKER],
  ] as const) {
    for (const path of [name, `${name}/.cache`, `${name}/run`]) {
      mkdirSync(join(homes, path), { mode: 0o755 })
      chownSync(join(homes, path), uid, uid)
    }
  }
}

function home(name: 'victim' | 'attacker', below = ''): string {
  return join(homes, name, below)
}

function expectSigned(done: Launch, where: string): string {
  expect(existsSync(join(directory, 'marks/run')), `${where}: ${done.stdout}${done.stderr}`).toBe(false)
  expect(done, where).toMatchObject({ status: 0, stdout: expect.stringMatching(/^signed \/[^\n]+\n$/) })
  return done.stdout.trim().slice('signed '.length)
}

const victims = (more: Record<string, string> = {}) => ({ HOME: home('victim'), ...more })

/** What stands there before the victim starts, each where a launcher looks first. */
const PLANTS: readonly [what: string, plant: (first: string) => void][] = [
  ['a directory of the attacker', first => plant(first)],
  ['one that all can write to', first => plant(first, ATTACKER, 0o777)],
  [
    'a symlink to one',
    first => {
      plant(home('attacker', 'forged'))
      symlinkSync(home('attacker', 'forged'), first)
    },
  ],
  ["one of the victim's that a group can write to", first => plant(first, VICTIM, 0o770)],
  ["one of the victim's that all can write to, sticky", first => plant(first, VICTIM, 0o1777)],
  [
    'a seal and a tree of the attacker in a base of the victim',
    first => {
      plant(first)
      chownSync(first, VICTIM, VICTIM)
      chownSync(join(first, 'envs'), VICTIM, VICTIM)
    },
  ],
  [
    'a tree of the attacker under a seal of the victim',
    first => {
      plant(first)
      for (const path of [first, join(first, 'envs')]) chownSync(path, VICTIM, VICTIM)
      for (const name of readdirSync(join(first, 'envs'))) {
        if (name.endsWith('.seal')) chownSync(join(first, 'envs', name), VICTIM, VICTIM)
      }
    },
  ],
  [
    'a symlink in place of the tree',
    first => {
      plant(first, VICTIM)
      plant(home('attacker', 'forged'))
      for (const name of readdirSync(join(first, 'envs')).filter(name => /\.\d+$/.test(name))) {
        rmSync(join(first, 'envs', name, 'root'), { recursive: true })
        symlinkSync(join(home('attacker', 'forged'), 'envs', name, 'root'), join(first, 'envs', name, 'root'))
      }
    },
  ],
  [
    'a symlink in place of the seal',
    first => {
      plant(first, VICTIM)
      plant(home('attacker', 'forged'))
      for (const name of readdirSync(join(first, 'envs')).filter(name => name.endsWith('.seal'))) {
        rmSync(join(first, 'envs', name))
        symlinkSync(join(home('attacker', 'forged'), 'envs', name), join(first, 'envs', name))
      }
    },
  ],
]

/** Levels, for a launcher whose start costs little; for the others those that check least and most. */
function levelsOf(way: LaunchWay): readonly string[] {
  return way === 'native' ? LEVELS : ['none', 'standard', 'strict']
}

describe.skipIf(unable !== undefined).each(LAUNCH_WAYS)(
  `workenv §1.2: %s${unable === undefined ? '' : `: ${unable}`}`,
  way => {
    test('what the forged cache would do, where it belonged to the victim', () => {
      clear()
      const first = home('victim', '.cache/flavor')
      plant(first, VICTIM)
      const done = launch(way, VICTIM, victims({ FLAVOR_VALIDATION: 'none' }))
      expect(done).toMatchObject({ status: 0, stdout: 'forged\n' })
      expect(readFileSync(join(directory, 'marks/run'), 'utf8')).toBe(`${VICTIM}\n`)
      rmSync(join(directory, 'marks/run'))
    })

    test.each(PLANTS)('%s is not run from, at any level', (what, put) => {
      for (const level of levelsOf(way)) {
        clear()
        put(home('victim', '.cache/flavor'))
        const root = expectSigned(launch(way, VICTIM, victims({ FLAVOR_VALIDATION: level })), `${what}, ${level}`)
        expect(lstatSync(root).uid).toBe(VICTIM)
        attacks++
      }
    })

    test('the same names for all: what stands there before is passed by, on each', () => {
      for (const level of levelsOf(way)) {
        clear()
        const [first = '', second = '', third = ''] = OPEN_PLACES
        plant(first)
        plant(second, ATTACKER, 0o755)
        plant(home('attacker', 'forged'))
        symlinkSync(home('attacker', 'forged'), third)
        plant(home('victim', 'run/flavor'))
        const env = { FLAVOR_VALIDATION: level, XDG_RUNTIME_DIR: home('victim', 'run') }
        const done = launch(way, VICTIM, env)
        expect(existsSync(join(directory, 'marks/run'))).toBe(false)
        expect(done, level).toMatchObject({
          status: 106,
          stdout: '',
          stderr: expect.stringContaining('CACHE_UNUSABLE'),
        })
        for (const path of [first, second]) expect(done.stderr).toContain(`${path}: it belongs to uid ${ATTACKER}`)
        attacks += 4
      }
    })

    test.each([1, 0])('hard links to files of the victim, with protected_hardlinks=%i', protection => {
      const before = readFileSync(HARD_LINKS, 'utf8')
      try {
        writeFileSync(HARD_LINKS, `${protection}`)
      } catch {
        return console.log(`skipped: ${HARD_LINKS} cannot be set here`)
      }
      try {
        clear()
        const real = launch(way, VICTIM, { FLAVOR_CACHE: home('victim', 'shown') })
        expectSigned(real, 'the real one')
        chmodSync(home('victim', 'shown'), 0o755)
        // The attacker's own cache, whose seals are files of the victim.
        const first = home('victim', '.cache/flavor')
        plant(first)
        const link = (from: string, to: string) =>
          spawnSync('setpriv', [`--reuid=${ATTACKER}`, `--regid=${ATTACKER}`, '--clear-groups', 'ln', '-f', from, to])
        const seals = readdirSync(home('victim', 'shown/envs')).filter(name => name.endsWith('.seal'))
        expect(seals.length).toBe(1)
        for (const name of seals) {
          const { status } = link(home('victim', `shown/envs/${name}`), join(first, 'envs', name))
          if (protection === 1) expect(status).not.toBe(0)
          else if (status !== 0) linkSync(home('victim', `shown/envs/${name}`), join(first, 'envs', `${name}.2`))
        }
        for (const level of ['none', 'standard']) {
          const root = expectSigned(launch(way, VICTIM, victims({ FLAVOR_VALIDATION: level })), level)
          expect(lstatSync(root).uid).toBe(VICTIM)
          attacks++
        }
      } finally {
        writeFileSync(HARD_LINKS, before)
      }
    })

    test('sudo with a kept HOME: root uses nothing of a user, nor anything that a user can move', () => {
      for (const level of levelsOf(way)) {
        clear()
        const first = home('attacker', '.cache/flavor')
        const env = { HOME: home('attacker'), FLAVOR_VALIDATION: level, SUDO_UID: `${ATTACKER}` }
        plant(first)
        const roots = [expectSigned(launch(way, 0, env), `planted, ${level}`)]
        // A link to what is root's own today and may be another's at the next call.
        rmSync(home('attacker', '.cache'), { recursive: true })
        symlinkSync(join(directory, 'roots'), home('attacker', '.cache'))
        mkdirSync(join(directory, 'roots/flavor'), { recursive: true, mode: 0o700 })
        roots.push(expectSigned(launch(way, 0, env), `linked, ${level}`))
        for (const root of roots) expect([root.startsWith(home('attacker')), lstatSync(root).uid]).toEqual([false, 0])
        attacks += 2
      }
      removeRoots()
    })
  },
)

/** Swaps names as fast as the shell can, as the attacker, until what it returns is called. */
function swapping(script: string): () => Promise<void> {
  const user = [`--reuid=${ATTACKER}`, `--regid=${ATTACKER}`, '--clear-groups']
  const command = [...user, 'sh', '-c', `while :; do ${script}; done 2>/dev/null`]
  // A group of its own, so that no half of a swap outlives the loop.
  const loop = spawn('setpriv', command, { stdio: 'ignore', detached: true })
  return async () => {
    const end = once(loop, 'exit')
    if (loop.pid !== undefined) process.kill(-loop.pid, 'SIGKILL')
    await end
  }
}

const RACES: Readonly<Record<LaunchWay, number>> = { native: 60, node: 8, 'flavor run': 5 }

describe.skipIf(unable !== undefined).each(LAUNCH_WAYS)('workenv §1.2: %s, in a race', way => {
  test('for /tmp/flavor-<uid>', async () => {
    clear()
    const [first = '', second = '', third = ''] = OPEN_PLACES
    for (const path of [first, third]) writeFileSync(path, '')
    const forged = home('attacker', 'forged')
    plant(forged)
    const stop = swapping(
      `ln -s ${forged} ${second}; rm -f ${second}; mkdir ${second}; rmdir ${second}; mv -T ${forged} ${second}; mv -T ${second} ${forged}`,
    )
    try {
      let runs = 0
      for (let turn = 0; turn < RACES[way]; turn++) {
        if (lstatSync(second, { throwIfNoEntry: false })?.uid === VICTIM)
          rmSync(second, { recursive: true, force: true })
        const done = launch(way, VICTIM, { FLAVOR_VALIDATION: LEVELS[turn % LEVELS.length] ?? 'none' })
        expect(existsSync(join(directory, 'marks/run')), done.stderr).toBe(false)
        expect([0, 106], done.stderr).toContain(done.status)
        if (done.status === 0) expect(done.stdout).toMatch(/^signed /)
        runs++
        attacks++
      }
      expect(runs).toBe(RACES[way])
    } finally {
      await stop()
    }
  })

  test('for the cache of root under a kept HOME', async () => {
    clear()
    rmSync(join(directory, 'roots'), { recursive: true, force: true })
    mkdirSync(join(directory, 'roots/flavor'), { recursive: true, mode: 0o700 })
    const [link, planted] = [home('attacker', '.cache'), home('attacker', 'planted')]
    rmSync(link, { recursive: true })
    mkdirSync(planted)
    chownSync(planted, ATTACKER, ATTACKER)
    plant(join(planted, 'flavor'))
    const swap = (to: string) => `ln -sfn ${to} ${link}.new; mv -T ${link}.new ${link}`
    const stop = swapping(`${swap(join(directory, 'roots'))}; ${swap(planted)}`)
    try {
      for (let turn = 0; turn < RACES[way]; turn++) {
        expectSigned(launch(way, 0, { HOME: home('attacker'), FLAVOR_VALIDATION: 'none' }), `turn ${turn}`)
        attacks++
      }
    } finally {
      await stop()
      removeRoots()
    }
  })
})

describe.skipIf(unable !== undefined).each(['native', 'node'] as const)('workenv §1.1: a set-id copy, %s', way => {
  test('uses nothing of its caller, and no place that its caller can move', () => {
    clear()
    const copy = join(directory, `set-id-${way}`)
    copyFileSync(packageOf(way), copy)
    chownSync(copy, VICTIM, VICTIM)
    chmodSync(copy, 0o4755)
    // The victim's own cache, to which the caller has a link.
    mkdirSync(home('victim', 'mine/flavor'), { recursive: true, mode: 0o700 })
    for (const path of ['mine', 'mine/flavor']) chownSync(home('victim', path), VICTIM, VICTIM)
    plant(home('attacker', '.cache/flavor'))
    symlinkSync(home('victim', 'mine'), home('attacker', 'link'))
    const wishes: Record<string, string>[] = [
      { HOME: home('attacker') },
      { XDG_CACHE_HOME: home('attacker', '.cache') },
      { XDG_RUNTIME_DIR: home('attacker', '.cache') },
      { FLAVOR_CACHE: home('attacker', '.cache/flavor') },
      { XDG_CACHE_HOME: home('attacker', 'link') },
    ]
    for (const wish of wishes) {
      const root = expectSigned(
        launch(way, ATTACKER, { ...wish, FLAVOR_VALIDATION: 'none' }, copy),
        Object.keys(wish).join(),
      )
      expect(root).toMatch(/^\/var\/tmp\/flavor-/)
      expect(lstatSync(root).uid).toBe(VICTIM)
      attacks++
    }
    expect(wishes).toHaveLength(5)
  })
})

test.skipIf(unable !== undefined)('did all that it says', () => {
  process.stdout.write(`two users: ${attacks} attacks in ${launches} launches\n`)
  expect(attacks).toBeGreaterThanOrEqual(250)
  expect(existsSync(join(directory, 'marks/run'))).toBe(false)
})
