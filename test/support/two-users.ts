import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { OP_AES256_GCM, OP_TAR, OP_ZSTD } from '../../src/format/operations.ts'
import { LEVELS, type ValidationLevel } from '../../src/launch/levels.ts'
import type { PackagePlan, PlannedSlot } from '../../src/package/package-plan.ts'
import { formatSeal, parseSeal } from '../../src/workenv/seal.ts'
import { appPlan, treeSlot } from '../workenv/workenv-fixture.ts'
import { LAUNCH_WAYS, type LaunchWay, launchedBy, launcherOf } from './launch-ways.ts'
import { missing } from './machines.ts'
import { TEST_KEY, writeSample } from './sample-plan.ts'
import { pinLine, writeTrust } from './trust-place.ts'

/** Two users of one machine, what one starts, and what the other puts into its way. Only root can be both. */

export const UNABLE = missing('linux', 'root', 'setpriv')
/** Of nobody on this machine, and of no other run of the tests. */
export const VICTIM = 60_000 + 2 * (process.pid % 2_000)
export const ATTACKER = VICTIM + 1
/** No other run has unpacked it anywhere. */
export const NAME = `two-users-${process.pid}-here`
const OPEN = ['/var/tmp', '/tmp', '/dev/shm']
/** The directories of the ladder that have the same name for everybody. */
export const OPEN_PLACES = OPEN.map(place => `${place}/flavor-${VICTIM}`)
/** Of the encrypted slot that every package here has; whoever starts one rightly has it. */
export const SLOT_KEY = 'a1'.repeat(32)
const HELD = 60_000
const SECRET = 'what nobody else reads'
/** The user keyring below a home. */
export const TRUST = '.config/flavor/trust'

export interface Launch {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export type Variables = Readonly<Record<string, string>>

/** A program of the packages: what was signed says where it runs from, and what the encrypted slot holds. */
const PROGRAM = '#!/bin/sh\nread -r secret <"$FLAVOR_WORKENV/secret/text"\necho "signed $FLAVOR_WORKENV $secret"\n'

/** A slot that nobody reads without its key. */
export function secretSlot(id: string, keySource: string): PlannedSlot {
  const slot = treeSlot(id, { text: `${SECRET}\n` }, { target: id })
  return { ...slot, operations: [OP_TAR, OP_ZSTD, OP_AES256_GCM], keySource }
}

/**
 * Levels for one attack: each implementation meets each attack at every level. The two ways of the one in TypeScript, whose launches cost the
 * most, share its levels; odd attacks the other way round than even ones.
 */
export function levelsOf(way: LaunchWay, attack = 0): readonly ValidationLevel[] {
  if (way === 'native') return LEVELS
  return LEVELS.filter((_, at) => (at + attack) % 2 === (way === 'node' ? 0 : 1))
}

export class TwoUsers {
  readonly directory = realpathSync(mkdtempSync(join(tmpdir(), 'flavor-two-users-')))
  /** A package for each way. */
  readonly #packages = new Map<LaunchWay, string>()
  /** Where the last victim and attacker live: a launcher may still be cleaning behind a first run in the ones before. */
  #homes = ''
  launches = 0

  constructor() {
    chmodSync(this.directory, 0o755)
    for (const name of ['marks', 'compiled']) {
      mkdirSync(join(this.directory, name))
      chmodSync(join(this.directory, name), 0o1777)
    }
  }

  remove(): void {
    this.removeRoots()
    for (const path of [this.directory, ...OPEN_PLACES]) rmSync(path, { recursive: true, force: true, maxRetries: 5 })
  }

  /** Packs with the launcher of each way, whose name is in a file of the package: no two have the same work environment. */
  async pack(changes: Partial<PackagePlan> = {}, name = 'packages'): Promise<ReadonlyMap<LaunchWay, string>> {
    for (const way of LAUNCH_WAYS) {
      const place = join(this.directory, name, way.replace(' ', '-'))
      mkdirSync(place, { recursive: true })
      const app = treeSlot('app', { 'bin/run': PROGRAM, data: way })
      const slots = [app, ...(changes.slots ?? [secretSlot('secret', 'env:APP_KEY')])]
      const plan = appPlan({ package: { name: NAME, version: '1' }, ...changes, slots })
      const slotKeys = { environment: { APP_KEY: SLOT_KEY } }
      const { path } = await writeSample(place, plan, { launcher: await launcherOf(way), slotKeys })
      chmodSync(path, 0o755)
      this.#packages.set(way, path)
    }
    return new Map(this.#packages)
  }

  packageOf(way: LaunchWay): string {
    return this.#packages.get(way) ?? ''
  }

  /** Starts a package as one of the two, or as root, with these variables alone and the key of the encrypted slot; `within` another program. */
  launch(
    way: LaunchWay,
    uid: number,
    env: Variables,
    path = this.packageOf(way),
    within: readonly string[] = [],
  ): Launch {
    this.launches++
    const [program, ...args] = launchedBy(way, path)
    const user = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']
    const [command = '', ...words] = [...within, ...user, program, ...args]
    // What `flavor run` consists of is compiled once for each user, not for each launch.
    const compiled = way === 'flavor run' ? { NODE_COMPILE_CACHE: join(this.directory, 'compiled') } : {}
    const variables = { PATH: '/usr/bin:/bin', APP_KEY: SLOT_KEY, ...compiled, ...env }
    // Whom somebody holds is ended at last, and has no status then.
    const options = { encoding: 'utf8', cwd: '/', env: variables, timeout: HELD } as const
    const { status, stdout, stderr } = spawnSync(command, words, options)
    return { status, stdout, stderr }
  }

  /** Fresh homes for both, with the key of the packages pinned in that of the victim, and nothing anywhere else. */
  clear(): void {
    for (const path of OPEN_PLACES) rmSync(path, { recursive: true, force: true, maxRetries: 5 })
    this.#homes = mkdtempSync(join(this.directory, 'homes-'))
    chmodSync(this.#homes, 0o755)
    for (const name of ['victim', 'attacker'] as const) {
      for (const path of ['.cache', 'run']) mkdirSync(this.home(name, path), { recursive: true })
      if (name === 'victim') writeTrust(this.home(name, TRUST), { 'all.keys': pinLine(TEST_KEY, NAME) })
      own(this.home(name), name === 'victim' ? VICTIM : ATTACKER)
    }
  }

  home(name: 'victim' | 'attacker', below = ''): string {
    return join(this.#homes, name, below)
  }

  /** What the attacker would have run: it leaves the user's number where all can write. */
  get payload(): string {
    return `#!/bin/sh\n/usr/bin/id -u >>${this.mark}\necho forged\n`
  }

  get mark(): string {
    return join(this.directory, 'marks/run')
  }

  /**
   * That the program ran which was signed, and read what was encrypted.
   * @returns where it ran
   */
  expectSigned(done: Launch, where: string, secret = SECRET): string {
    expect(existsSync(this.mark), `${where}: ${done.stdout}${done.stderr}`).toBe(false)
    expect(done, `${where}: ${done.stderr}`).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(`^signed /[^\\n]+ ${secret}\n$`),
    })
    return done.stdout.slice('signed '.length, -` ${secret}\n`.length)
  }

  /**
   * Caches that are right in all that their seals can say, but that their programs are the attacker's. Beside those that were unpacked:
   * behind a first run a launcher still cleans, and would take away what it finds half forged.
   */
  forge(): void {
    for (const way of LAUNCH_WAYS) {
      const [unpacked, base] = [`${this.#forged(way)}-unpacked`, this.#forged(way)]
      expect(this.launch(way, 0, { FLAVOR_CACHE: unpacked }), way).toMatchObject({ status: 0 })
      mkdirSync(join(base, 'envs'), { recursive: true, mode: 0o700 })
      for (const seal of sealsIn(unpacked)) {
        for (const name of [seal, attemptOf(unpacked, seal)]) {
          cpSync(join(unpacked, 'envs', name), join(base, 'envs', name), { recursive: true, preserveTimestamps: true })
        }
        const program = programOf(base, seal)
        rmSync(program)
        writeFileSync(program, this.payload, { mode: 0o777 })
        chmodSync(program, 0o777)
        reseal(base, seal)
      }
    }
  }

  /** Copies the forged cache, times and all, for one owner. */
  plant(way: LaunchWay, path: string, owner = ATTACKER, mode = 0o700): void {
    rmSync(path, { recursive: true, force: true })
    cpSync(this.#forged(way), path, { recursive: true, preserveTimestamps: true })
    // Copies have microseconds less than what was sealed.
    for (const name of sealsIn(path)) reseal(path, name)
    own(path, owner)
    chmodSync(path, mode)
  }

  #forged(way: LaunchWay): string {
    return join(this.directory, 'forged', way.replace(' ', '-'))
  }

  /** Takes away what root was made to unpack at names that are the same for all, and nothing else of root's. */
  removeRoots(): void {
    for (const base of OPEN.map(place => `${place}/flavor-0`)) {
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
}

/** Names of the seals of a cache. */
export function sealsIn(base: string): string[] {
  return readdirSync(join(base, 'envs')).filter(name => name.endsWith('.seal'))
}

/** Gives a tree to a user, without following a link in it. */
export function own(path: string, uid: number): void {
  lchownSync(path, uid, uid)
  for (const name of readdirSync(path, { recursive: true }) as string[]) lchownSync(join(path, name), uid, uid)
}

/** The directory that a seal is for. */
function attemptOf(base: string, seal: string): string {
  return seal.replace(/\.seal$/, `.${sealOf(base, seal).attempt}`)
}

function programOf(base: string, seal: string): string {
  return join(base, 'envs', attemptOf(base, seal), 'root/bin/run')
}

function sealOf(base: string, name: string) {
  const seal = parseSeal(readFileSync(join(base, 'envs', name), 'latin1'))
  if (seal === undefined) throw new Error('a seal that was just made holds')
  return seal
}

/** Makes the two copies of a seal say what the program is like now. */
function reseal(base: string, name: string): void {
  const seal = sealOf(base, name)
  const { size, mtimeNs } = statSync(programOf(base, name), { bigint: true })
  const text = formatSeal({ ...seal, executable: { size, mtime: mtimeNs } })
  for (const path of [join(base, 'envs', name), join(base, 'envs', attemptOf(base, name), 'seal')])
    writeFileSync(path, text, { mode: 0o600 })
}
