import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { removeTree } from '../../src/workenv/remove-tree.ts'
import {
  type Ended,
  type FaultError,
  type FaultInjector,
  type FaultPoint,
  runToEnd,
  type Start,
} from './fault-injection.ts'
import { emptied, freshHome, OUTPUT, snapshot, startIn, type WayApp } from './way-app.ts'

const STRICT = { FLAVOR_VALIDATION: 'strict' }
/** Runs that one proof keeps going at a time. */
const LANES = 2
/** What a launcher that gives up says, and with which status (spec §8.5). */
const CLEAR_ERROR = /^flavor: error\[[A-Z_]+\]: /m
const LAUNCHER_EXITS = { from: 100, to: 106 }

/** FLAVOR_TEST_ALL takes every point; otherwise as many as are worth their time in every run of the tests, evenly spread. */
export function chosenPoints<T>(points: readonly T[], most: number): T[] {
  if (process.env.FLAVOR_TEST_ALL === '1' || points.length <= most) return [...points]
  return Array.from({ length: most }, (_, at) => points[Math.floor((at * points.length) / most)] as T)
}

/**
 * workenv §6.1 and §8.3: killed before each call that changes the file system, the next run is right, and leaves exactly what a run
 * leaves that nobody killed.
 * @returns how many runs were killed
 */
export async function proveKills(app: WayApp, injector: FaultInjector, most: number): Promise<number> {
  let killed = 0
  const start = (home: string) => startIn(home, app)
  const total = await inLanes(app, { injector, most, start }, async ({ home, point, whole }) => {
    const where = `killed before ${point.call} ${point.count}`
    const ended = await injector.kill(start(home), home, point)
    if (ended.signal === 'SIGKILL') killed++
    expect(['', OUTPUT], where).toContain(ended.stdout)
    for (const more of [{}, STRICT]) await expectRight(startIn(home, app, more), where)
    await sweepData(home, app)
    expect(snapshot(home), where).toEqual(whole)
  })
  expect(killed).toBe(total)
  return killed
}

export interface Failures {
  /** Runs with a call that failed. */
  readonly failed: number
  /** Of them: where the program ran all the same, and where it was unpacked to another rung for that. */
  readonly ran: number
  readonly fell: number
}

/**
 * workenv §1.3: with an error of the system at each such call, a run is right, here or on another rung, or says what failed; and what
 * the next first run leaves there is exactly what a run leaves that had no error.
 */
export async function proveErrors(
  app: WayApp,
  injector: FaultInjector,
  error: FaultError,
  options: { readonly most: number; readonly preparing?: boolean },
): Promise<Failures> {
  const counts = { failed: 0, ran: 0, fell: 0 }
  const start = (home: string) => (options.preparing === true ? preparing(home, app) : startIn(home, app))
  const expected = options.preparing === true ? /^\/.*\/root\n$/ : new RegExp(`^${OUTPUT}$`)
  const total = await inLanes(app, { injector, error, most: options.most, start }, async ({ home, point, whole }) => {
    const where = `${error} of ${point.call} ${point.count}`
    const ended = await injector.fail(start(home), home, point, error)
    if (ended.failed) counts.failed++
    expectRightOrClear(ended, expected, where)
    if (ended.status === 0) counts.ran++
    const left = snapshot(join(home, 'next'))
    if (left.length > 0) {
      counts.fell++
      expect(ended.stderr.match(/unpacked to/g), where).toHaveLength(1)
      expect(ended.stderr, where).toContain(error)
      const files = snapshot(join(home, 'cache')).filter(line => !/^\S+(?:\/|\.lock) /.test(line))
      expect(files, where).toEqual([])
      removeTree(join(home, 'next'))
    }
    await expectRight(startIn(home, app), where)
    await sweepData(home, app)
    expect(snapshot(home), where).toEqual(whole)
  })
  expect(counts.failed).toBe(total)
  return counts
}

function expectRightOrClear(ended: Ended, stdout: RegExp, where: string): void {
  if (ended.status === 0) {
    expect(ended.stdout, where).toMatch(stdout)
    return
  }
  expect(ended, where).toMatchObject({ stdout: '', signal: null, stderr: expect.stringMatching(CLEAR_ERROR) })
  expect(ended.status, `${where}: ${ended.stderr}`).toBeGreaterThanOrEqual(LAUNCHER_EXITS.from)
  expect(ended.status, `${where}: ${ended.stderr}`).toBeLessThanOrEqual(LAUNCHER_EXITS.to)
}

async function expectRight(start: Start, where: string): Promise<void> {
  expect(await runToEnd(start), where).toMatchObject({ status: 0, stdout: OUTPUT, stderr: '' })
}

/** workenv §9.2: what was left beside data that is whole goes with the next first run. */
async function sweepData(home: string, app: WayApp): Promise<void> {
  if (snapshot(join(home, 'data/flavor/staging')).length === 0) return
  removeTree(join(home, 'cache'))
  mkdirSync(join(home, 'cache'), { mode: 0o700 })
  await expectRight(startIn(home, app), 'the next first run')
}

/** Without the program, whose calls would fail as well where the launcher's cannot be told from them. */
function preparing(home: string, app: WayApp): Start {
  return startIn(home, { ...app, command: [...app.command, 'prepare'] }, { FLAVOR_LAUNCHER_CLI: '1' })
}

interface Lane {
  readonly home: string
  readonly point: FaultPoint
  /** What a run leaves in `home` that had no fault. */
  readonly whole: readonly string[]
}

interface LanePlan {
  readonly injector: FaultInjector
  readonly error?: FaultError
  readonly most: number
  /** The run that gets the fault. */
  readonly start: (home: string) => Start
}

async function inLanes(
  app: WayApp,
  { injector, error, most, start }: LanePlan,
  prove: (lane: Lane) => Promise<void>,
): Promise<number> {
  const first = freshHome()
  const { points, ended } = await injector.points(start(first), first, error)
  expect(ended).toMatchObject({ status: 0, stderr: '' })
  const chosen = chosenPoints(points, most)
  const rest = [...chosen]
  const lane = async () => {
    const home = freshHome()
    await expectRight(startIn(home, app), 'a run without a fault')
    const whole = snapshot(home)
    for (let point = rest.shift(); point !== undefined; point = rest.shift()) {
      emptied(home, removeTree)
      await prove({ home, point, whole })
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
  return chosen.length
}
