import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LAUNCH_WAYS, type LaunchWay } from '../support/launch-ways.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { TEST_KEY } from '../support/sample-plan.ts'
import { BOB, pinLine, writeTrust } from '../support/trust-place.ts'
import {
  ATTACKER,
  type Launch,
  levelsOf,
  NAME,
  OPEN_PLACES,
  own,
  SLOT_KEY,
  secretSlot,
  TRUST,
  TwoUsers,
  UNABLE,
  type Variables,
  VICTIM,
} from '../support/two-users.ts'

/**
 * trust §2.5, spec §4.7, §7.4: what another user plants where keys and pins come from, and what an inherited environment says, at every level.
 * Each package is one whose signer left the level to the caller, unless a test says that it is a release.
 */

let users: TwoUsers
let released: ReadonlyMap<LaunchWay, string>
let keyFile = ''
let attacks = 0

beforeAll(async () => {
  if (UNABLE !== undefined) return
  users = new TwoUsers()
  const keys = join(users.directory, 'keys')
  mkdirSync(keys)
  // Where everybody can put what is not there yet.
  chmodSync(keys, 0o1777)
  keyFile = join(keys, 'file')
  const command = join(users.directory, 'key-command')
  writeFileSync(command, `#!/bin/sh\necho ${SLOT_KEY}\n`, { mode: 0o755 })
  const sources = { secret: 'env:APP_KEY', filed: `file:${keyFile}`, ordered: `command:/bin/sh ${command}` }
  const slots = Object.entries(sources).map(([id, source]) => secretSlot(id, source))
  rightKeyFile()
  released = await users.pack({ slots }, 'released')
  users.forge()
  await users.pack({ slots, minimumLevel: 'none' })
  users.forge()
}, BUILD_TIMEOUT)

afterAll(() => users?.remove())

function rightKeyFile(uid = 0, mode = 0o600): void {
  writeFileSync(keyFile, `${SLOT_KEY}\n`)
  chownSync(keyFile, uid, uid)
  chmodSync(keyFile, mode)
}

const victims = (level: string, more: Variables = {}) => ({
  HOME: users.home('victim'),
  FLAVOR_VALIDATION: level,
  ...more,
})

/** Fresh homes, and a key file of the victim. */
function clear(): void {
  users.clear()
  rmSync(keyFile, { recursive: true, force: true })
  rightKeyFile(VICTIM)
}

function expectRefused(done: Launch, code: string, status: number, where: string): void {
  expect(existsSync(users.mark), `${where}: ${done.stdout}${done.stderr}`).toBe(false)
  expect(done, where).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(`error[${code}]`) })
  expect(done.stderr).not.toContain(SLOT_KEY)
  // Neither a work environment nor anything of one.
  for (const base of [users.home('victim', '.cache/flavor'), ...OPEN_PLACES]) {
    const names = existsSync(base) ? (readdirSync(base, { recursive: true }) as string[]) : []
    expect(
      names.filter(name => /(\/root|\.seal|\/text)$/.test(name)),
      where,
    ).toEqual([])
  }
  attacks++
}

/** In place of the key file of `file:`, each with the right key in it: what is wrong is whose it is. */
const KEY_FILES: readonly [what: string, plant: () => void][] = [
  ['a file of the attacker', () => rightKeyFile(ATTACKER)],
  ['a file of the victim that all can write to', () => rightKeyFile(VICTIM, 0o666)],
  [
    'a link to a file of the attacker',
    () => {
      rightKeyFile(ATTACKER)
      renameSync(keyFile, users.home('attacker', 'key'))
      symlinkSync(users.home('attacker', 'key'), keyFile)
    },
  ],
  [
    'a pipe that nobody writes to',
    () => {
      rmSync(keyFile)
      expect(spawnSync('mkfifo', [keyFile]).status).toBe(0)
      chownSync(keyFile, ATTACKER, ATTACKER)
      chmodSync(keyFile, 0o666)
    },
  ],
]

/** In the keyring of the victim. */
const KEYRINGS: readonly [what: string, plant: (trust: string) => void][] = [
  [
    'a directory of the attacker',
    trust => {
      rmSync(trust, { recursive: true })
      writeTrust(trust, { 'all.keys': pinLine(TEST_KEY, '*') })
      own(trust, ATTACKER)
    },
  ],
  [
    'a link to one',
    trust => {
      rmSync(trust, { recursive: true })
      writeTrust(users.home('attacker', TRUST), { 'all.keys': pinLine(TEST_KEY, '*') })
      own(users.home('attacker'), ATTACKER)
      symlinkSync(users.home('attacker', TRUST), trust)
    },
  ],
  [
    'a file of the attacker in a directory of the victim',
    trust => {
      chownSync(join(trust, 'all.keys'), ATTACKER, ATTACKER)
      chmodSync(join(trust, 'all.keys'), 0o644)
    },
  ],
  ['a file that all can write to', trust => chmodSync(join(trust, 'all.keys'), 0o666)],
  ['a directory that a group can write to', trust => chmodSync(trust, 0o770)],
]

/** What a seal says of a program does not hold any more: `standard` sees that, and whatever checks less does not look. */
function disturb(base: string): void {
  for (const name of readdirSync(join(base, 'envs')).filter(name => /\.\d+$/.test(name))) {
    utimesSync(join(base, 'envs', name, 'root/bin/run'), 1, 1)
  }
}

/** Of ours and such as others might think of: none of them turns a check off. */
const STEERING = {
  FLAVOR_EXEC_MODE: 'spawn',
  FLAVOR_LOG_LEVEL: 'trace',
  FLAVOR_INSECURE: '1',
  FLAVOR_TRUST_POLICY: 'open',
  FLAVOR_TRUST: '/nonexistent',
  FLAVOR_KEYRING: '/nonexistent',
  FLAVOR_MINIMUM_LEVEL: 'none',
}

describe.skipIf(UNABLE !== undefined).each(LAUNCH_WAYS)(`%s${UNABLE === undefined ? '' : `: ${UNABLE}`}`, way => {
  test.each(KEY_FILES.map(([what, plant], turn) => ({ what, plant, turn })))(
    '§4.7 $what is no key',
    ({ what, plant, turn }) => {
      for (const level of levelsOf(way, turn)) {
        clear()
        plant()
        expectRefused(users.launch(way, VICTIM, victims(level)), 'SLOT_KEY_UNAVAILABLE', 110, `${what}, ${level}`)
      }
    },
  )

  test('§4.7 PATH has no part in the command that prints a key, and what the key opens is for its owner alone', () => {
    for (const level of levelsOf(way)) {
      clear()
      const bin = users.home('attacker', 'bin')
      mkdirSync(bin)
      for (const name of ['sh', 'key-command', 'echo']) {
        writeFileSync(join(bin, name), users.payload, { mode: 0o755 })
      }
      const done = users.launch(way, VICTIM, victims(level, { PATH: `${bin}:/usr/bin:/bin` }))
      const root = users.expectSigned(done, level)
      // An administrator's cache, which others may look into.
      chmodSync(users.home('victim', '.cache/flavor'), 0o755)
      for (const file of ['secret', 'filed', 'ordered'].map(slot => join(root, slot, 'text'))) {
        const words = [`--reuid=${ATTACKER}`, `--regid=${ATTACKER}`, '--clear-groups', 'cat', file]
        expect(spawnSync('setpriv', words, { encoding: 'utf8' })).toMatchObject({ status: 1, stdout: '' })
      }
      attacks += 2
    }
  })

  test('§4.7 another key in an inherited variable opens nothing', () => {
    for (const level of levelsOf(way)) {
      clear()
      const done = users.launch(way, VICTIM, victims(level, { APP_KEY: 'b2'.repeat(32) }))
      expectRefused(done, 'SLOT_KEY_WRONG', 110, level)
    }
  })

  test.each(KEYRINGS.map(([what, plant], turn) => ({ what, plant, turn })))(
    'trust §2.5 $what is no keyring',
    ({ what, plant, turn }) => {
      for (const level of levelsOf(way, turn)) {
        clear()
        plant(users.home('victim', TRUST))
        expectRefused(users.launch(way, VICTIM, victims(level)), 'TRUST_FILE_UNSAFE', 109, `${what}, ${level}`)
      }
    },
  )

  test('trust §2.5 nor is one of the attacker that HOME or XDG_CONFIG_HOME leads to', () => {
    for (const level of levelsOf(way)) {
      clear()
      const ring = users.home('attacker', TRUST)
      writeTrust(ring, { 'all.keys': pinLine(TEST_KEY, '*') })
      own(users.home('attacker'), ATTACKER)
      chmodSync(ring, 0o755)
      const home = victims(level, { HOME: users.home('attacker') })
      expectRefused(users.launch(way, VICTIM, home), 'TRUST_FILE_UNSAFE', 109, `HOME, ${level}`)
      const config = victims(level, { XDG_CONFIG_HOME: users.home('attacker', '.config') })
      expectRefused(users.launch(way, VICTIM, config), 'TRUST_FILE_UNSAFE', 109, `XDG_CONFIG_HOME, ${level}`)
    }
  })

  test('trust §3 a key that is not pinned runs nothing, cold or warm, whatever variables say', () => {
    for (const level of levelsOf(way)) {
      clear()
      const trust = users.home('victim', TRUST)
      const steered = victims(level, STEERING)
      writeTrust(trust, { 'all.keys': pinLine(BOB, NAME) })
      own(trust, VICTIM)
      expectRefused(users.launch(way, VICTIM, steered), 'KEY_UNTRUSTED', 107, `cold, ${level}`)
      // A work environment that was made before the pin, here one that would run the attacker's program.
      users.plant(way, users.home('victim', '.cache/flavor'), VICTIM)
      const done = users.launch(way, VICTIM, steered)
      expect(done, level).toMatchObject({ status: 107, stdout: '', stderr: expect.stringContaining('KEY_UNTRUSTED') })
      expect(existsSync(users.mark)).toBe(false)
      attacks++
    }
  })

  test('§7.4 §9.1 a release is checked at its own level, and finds nothing by what variables say', () => {
    for (const level of levelsOf(way)) {
      clear()
      const base = users.home('victim', '.cache/flavor')
      const planted = users.home('attacker', 'planted')
      users.plant(way, base, VICTIM)
      users.plant(way, planted)
      disturb(base)
      const variables = { ...STEERING, FLAVOR_WORKENV: planted, FLAVOR_PACKAGE_FILE: users.packageOf(way) }
      const steered = victims(level, { ...variables, FLAVOR_SLOT_SECRET: planted })
      const done = users.launch(way, VICTIM, steered, released.get(way))
      const root = users.expectSigned(done, level)
      expect([root.startsWith(base), lstatSync(root).uid]).toEqual([true, VICTIM])
      expect(done.stderr).not.toContain(SLOT_KEY)
      const elsewhere = users.launch(way, VICTIM, { ...steered, FLAVOR_CACHE: planted }, released.get(way))
      expect(users.expectSigned(elsewhere, level).startsWith(planted)).toBe(false)
      attacks += 2
    }
    // What the same tree would do to a package whose signer allows that nothing is looked at.
    clear()
    users.plant(way, users.home('victim', '.cache/flavor'), VICTIM)
    disturb(users.home('victim', '.cache/flavor'))
    const { stdout } = users.launch(way, VICTIM, victims('none'))
    expect(stdout).toBe('forged\n')
    rmSync(users.mark)
  })
})

const alone = UNABLE ?? missing('unshare')
describe.skipIf(alone !== undefined).each(LAUNCH_WAYS)(`%s${alone === undefined ? '' : `: ${alone}`}`, way => {
  test('trust §2.1 no HOME and no XDG_CONFIG_HOME leads around the keyring of the system', () => {
    const ring = join(users.directory, 'ring')
    mkdirSync(ring, { recursive: true })
    writeFileSync(join(ring, 'all.keys'), pinLine(BOB, '*'))
    const script = `mount -t tmpfs -o mode=0755 none /etc && mkdir -p /etc/flavor && cp -r ${ring} /etc/flavor/trust &&
      chmod -R go-w,a+rX /etc/flavor && exec "$@"`
    const inRing = ['unshare', '-m', 'sh', '-c', script, 'sh']
    for (const level of levelsOf(way)) {
      clear()
      const env = victims(level, { ...STEERING, HOME: '/nonexistent', XDG_CONFIG_HOME: '/nonexistent' })
      expectRefused(users.launch(way, VICTIM, env, users.packageOf(way), inRing), 'KEY_UNTRUSTED', 107, level)
    }
    // Without one, whoever chooses the home of a launch chooses that no keyring of a user is there: docs/trust.md says so.
    clear()
    chmodSync(users.home('attacker'), 0o700)
    users.expectSigned(users.launch(way, VICTIM, victims('standard', { HOME: users.home('attacker') })), 'unreachable')
    attacks++
  })
})

test.skipIf(UNABLE !== undefined)('did all that it says', () => {
  process.stdout.write(`two users, trust and keys: ${attacks} attacks in ${users.launches} launches\n`)
  expect(attacks).toBeGreaterThanOrEqual(180)
  expect(existsSync(users.mark)).toBe(false)
})
