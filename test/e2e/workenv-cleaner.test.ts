import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { removeTree } from '../../src/workenv/remove-tree.ts'
import { flavorBundle } from '../support/flavor-bundle.ts'
import { launchedBy } from '../support/launch-ways.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { nativeLauncher } from '../support/native-launched.ts'
import { treeOf } from '../workenv/workenv-fixture.ts'
import { type Ended, runToEnd, type Start } from './fault-injection.ts'
import { SeededChoices } from './seeded-choices.ts'
import { appFor, freshHome, OUTPUT, startIn, type WayApp } from './way-app.ts'

/** workenv §7 against a program that deletes and changes files of the cache at random. */

const unable = missing('linux')
/** In each round 16 runs of one package at once, every fourth of them by `flavor run`. */
const RUNS = 16
const ALL = process.env.FLAVOR_TEST_ALL === '1'
const ROUNDS = ALL ? 100 : 12
/** A user that no machine has, whose temporary directory is this test's. */
const UID = 63_817
const SEED = Number(process.env.FLAVOR_TEST_SEED ?? 20250101)
const STRICT = { FLAVOR_VALIDATION: 'strict' }

beforeAll(async () => void (unable ?? (await nativeLauncher())), BUILD_TIMEOUT)

describe.skipIf(unable)(`a cleaner at work, seed ${SEED}${unable ? `: ${unable}` : ''}`, () => {
  test('workenv §7.6: under strict every run is right, whatever was deleted or changed before it', {
    timeout: 900_000,
  }, async () => {
    const { home, cleaner, all } = await cleanedApp(SEED)
    for (let round = 0; round < ROUNDS; round++) {
      const harm = Array.from({ length: 1 + (round % 5) }, () => cleaner.harm())
      for (const ended of await all(STRICT)) {
        if (ended.stderr) console.log(`round ${round}: ${harm.join(', ')}: ${ended.stderr}`)
        expect(ended, `round ${round}: ${harm.join(', ')}`).toMatchObject({ status: 0, stdout: OUTPUT })
      }
    }
    await expectOneCopy(home)
    console.log(`strict: ${ROUNDS * RUNS} runs were right after ${cleaner.harmed} entries were harmed`)
    expect(cleaner.harmed).toBeGreaterThanOrEqual(ROUNDS)
  })

  test('workenv §7.6: while the cleaner works none says something wrong, and after it all are right', {
    timeout: 900_000,
  }, async () => {
    const { home, cleaner, all } = await cleanedApp(SEED + 1)
    const counts = { right: 0, failed: 0 }
    for (let round = 0; round < ROUNDS; round++) {
      let isOver = false
      const runs = all(STRICT).finally(() => {
        isOver = true
      })
      // As fast as a process that has to be started for each.
      while (!isOver) {
        cleaner.delete()
        await runToEnd({ command: ['/bin/true'], env: {} })
      }
      for (const ended of await runs) {
        if (ended.status === 0) expect(ended.stdout).toBe(OUTPUT)
        else expectLoud(ended)
        counts[ended.status === 0 ? 'right' : 'failed']++
      }
      const after = await all(STRICT)
      const bad = after.filter(one => one.status !== 0)
      if (bad.length) console.log(round, bad)
      for (const ended of after) expect(ended).toMatchObject({ status: 0, stdout: OUTPUT })
    }
    await expectOneCopy(home, 'or elsewhere')
    console.log(
      `cleaner at the same time: ${counts.right} runs right, ${counts.failed} failed loudly, ${cleaner.harmed} deleted`,
    )
    expect(counts.right + counts.failed).toBe(ROUNDS * RUNS)
    expect(cleaner.harmed).toBeGreaterThanOrEqual(ROUNDS)
  })

  test('workenv §7.1: by default no run says something wrong, and each that fails is followed by a healed one', {
    timeout: 900_000,
  }, async () => {
    const { home, cleaner, all, once } = await cleanedApp(SEED + 2)
    const counts = { right: 0, failed: 0, healed: 0 }
    for (let round = 0; round < ROUNDS; round++) {
      for (let count = 0; count <= round % 3; count++) cleaner.delete()
      for (const ended of await all({})) {
        if (ended.status === 0) {
          expect(ended.stdout).toBe(OUTPUT)
          counts.right++
          continue
        }
        expectLoud(ended)
        counts.failed++
        expect(await once(STRICT)).toMatchObject({ status: 0, stdout: OUTPUT })
        expect(await once({})).toMatchObject({ status: 0, stdout: OUTPUT })
        counts.healed++
      }
    }
    for (const ended of await all(STRICT)) expect(ended).toMatchObject({ status: 0, stdout: OUTPUT })
    await expectOneCopy(home)
    console.log(
      `default: ${counts.right} runs right, ${counts.failed} failed loudly and were each followed by a healed one`,
    )
    expect(counts.right + counts.failed).toBe(ROUNDS * RUNS)
    expect(counts.healed).toBe(counts.failed)
  })

  test('workenv §7.1: after a day of rest every run is right whatever was deleted', { timeout: 900_000 }, async () => {
    const { home, cleaner, all } = await cleanedApp(SEED + 3)
    for (let round = 0; round < ROUNDS; round++) {
      cleaner.delete()
      const old = Date.now() / 1000 - 25 * 3600
      for (const seal of sealsIn(home.cache)) utimesSync(seal, old, old)
      // The first of them looks through the tree for all: what it did not finish, the others do.
      for (const ended of await all({}, 1)) expect(ended).toMatchObject({ status: 0, stdout: OUTPUT })
      for (const ended of await all({})) expect(ended).toMatchObject({ status: 0, stdout: OUTPUT })
    }
    await expectOneCopy(home)
    console.log(`idle: ${ROUNDS * (RUNS + 1)} runs right after ${cleaner.harmed} deletions`)
    expect(cleaner.harmed).toBeGreaterThanOrEqual(ROUNDS)
  })

  const notRoot = missing('linux', 'root', 'setpriv')
  test.skipIf(notRoot)(
    `workenv §7.1: in a temporary directory every run is right whatever was deleted${notRoot ? `: ${notRoot}` : ''}`,
    { timeout: 900_000 },
    async () => {
      const { home, cleaner, all } = await cleanedApp(SEED + 4, UID)
      for (let round = 0; round < ROUNDS; round++) {
        cleaner.delete()
        for (const ended of await all({})) expect(ended).toMatchObject({ status: 0, stdout: OUTPUT })
      }
      await expectOneCopy(home)
      console.log(`temporary: ${ROUNDS * RUNS} runs right after ${cleaner.harmed} deletions`)
      expect(cleaner.harmed).toBeGreaterThanOrEqual(ROUNDS)
    },
  )
})

interface Cleaned {
  readonly home: CacheHome
  readonly cleaner: Cleaner
  /** So many runs at once, 16 by default. */
  all(more: Readonly<Record<string, string>>, count?: number): Promise<Ended[]>
  once(more: Readonly<Record<string, string>>): Promise<Ended>
}

interface CacheHome {
  /** The base. */
  readonly cache: string
  /** Starts something there, as whoever uses it. */
  start(app: WayApp, more?: Readonly<Record<string, string>>): Start
}

/** A package that has been run once. With a uid its cache is that user's in a temporary directory. */
async function cleanedApp(seed: number, uid?: number): Promise<Cleaned> {
  const native = await appFor('native')
  const ways: readonly WayApp[] = [
    native,
    native,
    native,
    { path: native.path, command: launchedBy('flavor run', native.path) },
  ]
  const home = uid === undefined ? ownHome() : temporaryHome(uid, native)
  const run = (way: number, more: Readonly<Record<string, string>>) => {
    return runToEnd(home.start(ways[way % ways.length] ?? native, more))
  }
  expect(await run(0, {})).toMatchObject({ status: 0, stdout: OUTPUT })
  return {
    home,
    cleaner: new Cleaner(home.cache, seed),
    all: (more, count = RUNS) => Promise.all(Array.from({ length: count }, (_, way) => run(way, more))),
    once: more => run(0, more),
  }
}

function ownHome(): CacheHome {
  const home = freshHome()
  return { cache: join(home, 'cache'), start: (app, more) => startIn(home, app, more) }
}

function temporaryHome(uid: number, { path }: WayApp): CacheHome {
  const cache = `/var/tmp/flavor-${uid}`
  removeTree(cache)
  onTestFinished(() => removeTree(cache))
  const home = freshHome()
  chmodSync(home, 0o755)
  chmodSync(dirname(path), 0o755)
  const data = join(home, 'data')
  mkdirSync(data)
  chownSync(data, uid, uid)
  const user = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'] as const
  const start = ({ command }: WayApp, more: Readonly<Record<string, string>> = {}): Start => ({
    command: [...user, ...command],
    env: { PATH: '/usr/bin:/bin', XDG_DATA_HOME: data, ...more },
  })
  return { cache, start }
}

/** Deletes and changes what lies in a cache, the same for the same seed and the same cache. */
class Cleaner {
  /** How often it did something. */
  harmed = 0
  readonly #base: string
  readonly #choices: SeededChoices

  constructor(base: string, seed: number) {
    this.#base = base
    this.#choices = new SeededChoices(seed)
  }

  /** Any file or directory at all. */
  delete(): string {
    const path = this.#choices.one(pathsBelow(this.#base))
    if (path === undefined) return 'nothing'
    try {
      removeTree(join(this.#base, path))
    } catch {
      // Somebody writes there at the same time; the rest of it is gone.
    }
    this.harmed++
    return `delete ${path}`
  }

  /** Deletes, or changes something in a work environment or a shared slot. */
  harm(): string {
    const path = this.#choices.one(pathsBelow(this.#base).filter(one => IN_A_TREE.test(one)))
    if (path === undefined || this.#choices.below(3) === 0) return this.delete()
    const place = join(this.#base, path)
    const [what, change] = this.#choices.one(CHANGES)
    change(place.replace(/\/$/, ''))
    this.harmed++
    return `${what} ${path}`
  }
}

/** As `treeOf`, while others make and remove what is there. */
function pathsBelow(base: string): string[] {
  const walk = (directory: string): string[] => {
    try {
      return readdirSync(join(base, directory), { withFileTypes: true }).flatMap(item => {
        const path = `${directory}${item.name}`
        return item.isDirectory() ? [`${path}/`, ...walk(`${path}/`)] : [path]
      })
    } catch {
      return []
    }
  }
  return walk('').sort()
}

/** In the directory of an attempt or of a shared slot. */
const IN_A_TREE = /^(?:envs\/[^/]+\.\d+|slots\/[0-9a-f]{64})\/./
const CHANGES: readonly (readonly [what: string, change: (place: string) => void])[] = [
  ['empty', place => replaced(place, () => writeFileSync(place, ''))],
  ['rewrite', place => replaced(place, () => writeFileSync(place, 'changed\n', { mode: 0o555 }))],
  ['link', place => replaced(place, () => symlinkSync('/etc/hostname', place))],
  ['directory for', place => replaced(place, () => mkdirSync(place))],
  ['open', place => void (lstatSync(place).isSymbolicLink() || chmodSync(place, 0o777))],
  ['add to', place => writeFileSync(join(lstatSync(place).isDirectory() ? place : dirname(place), 'added'), 'x')],
]

function replaced(place: string, make: () => void): void {
  removeTree(place)
  make()
}

/** Of the launcher, or of a program whose file is gone. */
function expectLoud(ended: Ended): void {
  expect(ended).toMatchObject({ signal: null, stderr: expect.stringMatching(/\S/) })
  expect(ended.status).not.toBe(0)
}

function sealsIn(base: string): string[] {
  return treeOf(base)
    .filter(path => /^envs\/[^/]+\.seal$/.test(path))
    .map(path => join(base, path))
}

/**
 * After a cleaning, what was superseded is gone, and staging is empty. Where files vanished while a first run wrote them, that base could
 * not hold it, and the next rung of the ladder has it.
 */
async function expectOneCopy({ cache, start }: CacheHome, where: 'here' | 'or elsewhere' = 'here'): Promise<void> {
  const command = [...flavorBundle(), 'workenv', 'clean', '--older-than', '0', '--yes'] as const
  expect(await runToEnd(start({ path: '', command }))).toMatchObject({ status: 0 })
  const bases = where === 'here' ? [cache] : [cache, join(cache, '../next/flavor')].filter(base => existsSync(base))
  const left = bases.map(treeOf)
  const counted = (form: RegExp) => left.map(paths => paths.filter(path => form.test(path)).length)
  for (const form of [/^envs\/[^/]+\/$/, /^slots\/[^/]+\/$/]) {
    expect(Math.max(...counted(form))).toBe(1)
  }
  expect(Math.max(...counted(/^staging\/./))).toBe(0)
}
