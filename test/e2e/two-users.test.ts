import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LEVELS } from '../../src/launch/levels.ts'
import { LAUNCH_WAYS, type LaunchWay } from '../support/launch-ways.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { ATTACKER, levelsOf, OPEN_PLACES, sealsIn, TwoUsers, UNABLE, VICTIM } from '../support/two-users.ts'

/**
 * workenv §1.2: two users on one machine. Nothing that one can do makes a launcher of the other run anything but what was signed, at any
 * level, of a package that has an encrypted slot and whose key the other has pinned.
 */

const HARD_LINKS = '/proc/sys/fs/protected_hardlinks'

let users: TwoUsers
let attacks = 0

beforeAll(async () => {
  if (UNABLE !== undefined) return
  users = new TwoUsers()
  // The signer leaves the level to the caller, so that each is as low as it says.
  await users.pack({ minimumLevel: 'none' })
  users.forge()
}, BUILD_TIMEOUT)

afterAll(() => users?.remove())

const victims = (more: Record<string, string> = {}) => ({ HOME: users.home('victim'), ...more })

/** What stands there before the victim starts, each where a launcher looks first. */
const PLANTS: readonly [what: string, plant: (first: string, way: LaunchWay) => void][] = [
  ['a directory of the attacker', (first, way) => users.plant(way, first)],
  ['one that all can write to', (first, way) => users.plant(way, first, ATTACKER, 0o777)],
  [
    'a symlink to one',
    (first, way) => {
      users.plant(way, users.home('attacker', 'forged'))
      symlinkSync(users.home('attacker', 'forged'), first)
    },
  ],
  ["one of the victim's that a group can write to", (first, way) => users.plant(way, first, VICTIM, 0o770)],
  ["one of the victim's that all can write to, sticky", (first, way) => users.plant(way, first, VICTIM, 0o1777)],
  [
    'a seal and a tree of the attacker in a base of the victim',
    (first, way) => {
      users.plant(way, first)
      chownSync(first, VICTIM, VICTIM)
      chownSync(join(first, 'envs'), VICTIM, VICTIM)
    },
  ],
  [
    'a tree of the attacker under a seal of the victim',
    (first, way) => {
      users.plant(way, first)
      for (const path of [first, join(first, 'envs')]) chownSync(path, VICTIM, VICTIM)
      for (const name of sealsIn(first)) chownSync(join(first, 'envs', name), VICTIM, VICTIM)
    },
  ],
  [
    'a symlink in place of the tree',
    (first, way) => {
      users.plant(way, first, VICTIM)
      users.plant(way, users.home('attacker', 'forged'))
      for (const name of readdirSync(join(first, 'envs')).filter(name => /\.\d+$/.test(name))) {
        rmSync(join(first, 'envs', name, 'root'), { recursive: true })
        symlinkSync(join(users.home('attacker', 'forged'), 'envs', name, 'root'), join(first, 'envs', name, 'root'))
      }
    },
  ],
  [
    'a symlink in place of the seal',
    (first, way) => {
      users.plant(way, first, VICTIM)
      users.plant(way, users.home('attacker', 'forged'))
      for (const name of sealsIn(first)) {
        rmSync(join(first, 'envs', name))
        symlinkSync(join(users.home('attacker', 'forged'), 'envs', name), join(first, 'envs', name))
      }
    },
  ],
]

describe.skipIf(UNABLE !== undefined).each(LAUNCH_WAYS)(
  `workenv §1.2: %s${UNABLE === undefined ? '' : `: ${UNABLE}`}`,
  way => {
    test('what the forged cache would do, where it belonged to the victim', () => {
      users.clear()
      const first = users.home('victim', '.cache/flavor')
      users.plant(way, first, VICTIM)
      const done = users.launch(way, VICTIM, victims({ FLAVOR_VALIDATION: 'none' }))
      expect(done).toMatchObject({ status: 0, stdout: 'forged\n' })
      expect(readFileSync(users.mark, 'utf8')).toBe(`${VICTIM}\n`)
      rmSync(users.mark)
    })

    test.each(PLANTS.map(([what, put], turn) => ({ what, put, turn })))(
      '$what is not run from, at any level',
      ({ what, put, turn }) => {
        for (const level of levelsOf(way, turn)) {
          users.clear()
          put(users.home('victim', '.cache/flavor'), way)
          const root = users.expectSigned(
            users.launch(way, VICTIM, victims({ FLAVOR_VALIDATION: level })),
            `${what}, ${level}`,
          )
          expect(lstatSync(root).uid).toBe(VICTIM)
          attacks++
        }
      },
    )

    test('the same names for all: what stands there before is passed by, on each', () => {
      for (const level of levelsOf(way)) {
        users.clear()
        const [first = '', second = '', third = ''] = OPEN_PLACES
        users.plant(way, first)
        users.plant(way, second, ATTACKER, 0o755)
        users.plant(way, users.home('attacker', 'forged'))
        symlinkSync(users.home('attacker', 'forged'), third)
        users.plant(way, users.home('victim', 'run/flavor'))
        const env = { FLAVOR_VALIDATION: level, XDG_RUNTIME_DIR: users.home('victim', 'run') }
        const done = users.launch(way, VICTIM, env)
        expect(existsSync(users.mark)).toBe(false)
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
        users.clear()
        const real = users.launch(way, VICTIM, { FLAVOR_CACHE: users.home('victim', 'shown') })
        users.expectSigned(real, 'the real one')
        chmodSync(users.home('victim', 'shown'), 0o755)
        // The attacker's own cache, whose seals are files of the victim.
        const first = users.home('victim', '.cache/flavor')
        users.plant(way, first)
        const link = (from: string, to: string) =>
          spawnSync('setpriv', [`--reuid=${ATTACKER}`, `--regid=${ATTACKER}`, '--clear-groups', 'ln', '-f', from, to])
        const seals = sealsIn(users.home('victim', 'shown'))
        expect(seals.length).toBe(1)
        for (const name of seals) {
          const { status } = link(users.home('victim', `shown/envs/${name}`), join(first, 'envs', name))
          if (protection === 1) expect(status).not.toBe(0)
          else if (status !== 0) linkSync(users.home('victim', `shown/envs/${name}`), join(first, 'envs', `${name}.2`))
        }
        for (const level of ['none', 'standard']) {
          const root = users.expectSigned(users.launch(way, VICTIM, victims({ FLAVOR_VALIDATION: level })), level)
          expect(lstatSync(root).uid).toBe(VICTIM)
          attacks++
        }
      } finally {
        writeFileSync(HARD_LINKS, before)
      }
    })

    test('sudo with a kept HOME: root uses nothing of a user, nor anything that a user can move', () => {
      for (const level of levelsOf(way)) {
        users.clear()
        const first = users.home('attacker', '.cache/flavor')
        const env = { HOME: users.home('attacker'), FLAVOR_VALIDATION: level, SUDO_UID: `${ATTACKER}` }
        users.plant(way, first)
        const roots = [users.expectSigned(users.launch(way, 0, env), `planted, ${level}`)]
        // A link to what is root's own today and may be another's at the next call.
        rmSync(users.home('attacker', '.cache'), { recursive: true })
        symlinkSync(join(users.directory, 'roots'), users.home('attacker', '.cache'))
        mkdirSync(join(users.directory, 'roots/flavor'), { recursive: true, mode: 0o700 })
        roots.push(users.expectSigned(users.launch(way, 0, env), `linked, ${level}`))
        for (const root of roots)
          expect([root.startsWith(users.home('attacker')), lstatSync(root).uid]).toEqual([false, 0])
        attacks += 2
      }
      users.removeRoots()
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

describe.skipIf(UNABLE !== undefined).each(LAUNCH_WAYS)('workenv §1.2: %s, in a race', way => {
  test('for /tmp/flavor-<uid>', async () => {
    users.clear()
    const [first = '', second = '', third = ''] = OPEN_PLACES
    for (const path of [first, third]) writeFileSync(path, '')
    const forged = users.home('attacker', 'forged')
    users.plant(way, forged)
    const stop = swapping(
      `ln -s ${forged} ${second}; rm -f ${second}; mkdir ${second}; rmdir ${second}; mv -T ${forged} ${second}; mv -T ${second} ${forged}`,
    )
    try {
      let runs = 0
      for (let turn = 0; turn < RACES[way]; turn++) {
        if (lstatSync(second, { throwIfNoEntry: false })?.uid === VICTIM)
          rmSync(second, { recursive: true, force: true })
        const done = users.launch(way, VICTIM, { FLAVOR_VALIDATION: LEVELS[turn % LEVELS.length] ?? 'none' })
        expect(existsSync(users.mark), done.stderr).toBe(false)
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
    users.clear()
    rmSync(join(users.directory, 'roots'), { recursive: true, force: true })
    mkdirSync(join(users.directory, 'roots/flavor'), { recursive: true, mode: 0o700 })
    const [link, planted] = [users.home('attacker', '.cache'), users.home('attacker', 'planted')]
    rmSync(link, { recursive: true })
    mkdirSync(planted)
    chownSync(planted, ATTACKER, ATTACKER)
    users.plant(way, join(planted, 'flavor'))
    const swap = (to: string) => `ln -sfn ${to} ${link}.new; mv -T ${link}.new ${link}`
    const stop = swapping(`${swap(join(users.directory, 'roots'))}; ${swap(planted)}`)
    try {
      for (let turn = 0; turn < RACES[way]; turn++) {
        users.expectSigned(
          users.launch(way, 0, { HOME: users.home('attacker'), FLAVOR_VALIDATION: 'none' }),
          `turn ${turn}`,
        )
        attacks++
      }
    } finally {
      await stop()
      users.removeRoots()
    }
  })
})

describe.skipIf(UNABLE !== undefined).each(['native', 'node'] as const)('workenv §1.1: a set-id copy, %s', way => {
  test('uses nothing of its caller, and no place that its caller can move', () => {
    users.clear()
    const copy = join(users.directory, `set-id-${way}`)
    copyFileSync(users.packageOf(way), copy)
    chownSync(copy, VICTIM, VICTIM)
    chmodSync(copy, 0o4755)
    // The victim's own cache, to which the caller has a link.
    mkdirSync(users.home('victim', 'mine/flavor'), { recursive: true, mode: 0o700 })
    for (const path of ['mine', 'mine/flavor']) chownSync(users.home('victim', path), VICTIM, VICTIM)
    users.plant(way, users.home('attacker', '.cache/flavor'))
    symlinkSync(users.home('victim', 'mine'), users.home('attacker', 'link'))
    const wishes: Record<string, string>[] = [
      { HOME: users.home('attacker') },
      { XDG_CACHE_HOME: users.home('attacker', '.cache') },
      { XDG_RUNTIME_DIR: users.home('attacker', '.cache') },
      { FLAVOR_CACHE: users.home('attacker', '.cache/flavor') },
      { XDG_CACHE_HOME: users.home('attacker', 'link') },
    ]
    for (const wish of wishes) {
      const done = users.launch(way, ATTACKER, { ...wish, FLAVOR_VALIDATION: 'none' }, copy)
      // The shell that is the program gives up its rights: what the victim alone reads is not for its caller.
      const root = users.expectSigned(done, Object.keys(wish).join(), '')
      expect(root).toMatch(/^\/var\/tmp\/flavor-/)
      expect(lstatSync(root).uid).toBe(VICTIM)
      attacks++
    }
    expect(wishes).toHaveLength(5)
  })
})

test.skipIf(UNABLE !== undefined)('did all that it says', () => {
  process.stdout.write(`two users: ${attacks} attacks in ${users.launches} launches\n`)
  expect(attacks).toBeGreaterThanOrEqual(280)
  expect(existsSync(users.mark)).toBe(false)
})
