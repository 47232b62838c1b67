import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LAUNCH_WAYS } from '../support/launch-ways.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { because, Ladder, unable } from './ladder-fixture.ts'
import { type MountedRun, OBSTACLES, type Obstacle } from './mounted-machine.ts'

/** workenv §1.1: each rung of the ladder behind real mounts, for all that launches packages. */

const ladder = new Ladder()
const { rungs } = ladder.machine
const NAMES = join(ladder.machine.directory, 'user/names')

beforeAll(async () => void (unable ?? (await ladder.pack('tree'))), BUILD_TIMEOUT)
afterAll(() => ladder.machine.remove())

/** The obstacle that stands at a rung: another one at each, and each time another. */
function obstacleAt(rung: number, turn: number): Obstacle {
  const found = OBSTACLES[(rung * 5 + turn) % OBSTACLES.length]
  if (found === undefined) throw new Error('there are obstacles')
  return found
}

/** `name path: reason`, as both the line and the error have it. */
function told(rung: { name: string; path: string }, { reason }: Obstacle): RegExp {
  const place = rung.path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`${rung.name} ${place}: [^;]*${reason.source}`)
}

function lines(stderr: string): number {
  return stderr.split('\n').length - 1
}

const describeMounted = describe.skipIf(unable !== undefined)

describeMounted(`workenv §1.1${because}`, () => {
  test.each(LAUNCH_WAYS)('%s: every rung is used where those before it cannot be, and one line says why', way => {
    for (const [at, rung] of rungs.entries()) {
      const before = rungs.slice(0, at)
      const obstacles = before.map((place, index) => obstacleAt(index, at).make(place.path))
      const done = ladder.run(way, { obstacles })
      expect(done, rung.path).toMatchObject({ status: 0, stdout: expect.stringContaining(`${rung.path}/envs/sample-`) })
      for (const [index, place] of before.entries()) expect(done.stderr).toMatch(told(place, obstacleAt(index, at)))
      expect(lines(done.stderr), done.stderr).toBe(at === 0 ? 0 : 1)
      if (at > 0) expect(done.stderr).toContain(`warning: sample: unpacked to ${rung.path} (${rung.name}): `)
    }
  })

  test.each(LAUNCH_WAYS)('%s: where none works, one error names each with its cause', way => {
    const turns = way === 'native' ? OBSTACLES.length : 2
    for (let turn = 0; turn < turns; turn++) {
      const each = rungs.map((place, index) => ({ place, obstacle: obstacleAt(index, turn) }))
      const done = ladder.run(way, { obstacles: each.map(({ place, obstacle }) => obstacle.make(place.path)) })
      expect(done).toMatchObject({ status: 106, stdout: '' })
      for (const { place, obstacle } of each) expect(done.stderr).toMatch(told(place, obstacle))
      const isFull = each.some(({ obstacle }) => /ENOSPC|needed/.test(obstacle.reason.source))
      expect(done.stderr).toContain(`error[${isFull ? 'CACHE_FULL' : 'CACHE_UNUSABLE'}]`)
      expect(done.stderr.match(/error\[/g)).toHaveLength(1)
    }
  })

  test.each(OBSTACLES)('a directory that is $what: the next is used, and nothing is left', obstacle => {
    const [first, second] = rungs
    if (first === undefined || second === undefined) throw new Error('there are rungs')
    for (const way of LAUNCH_WAYS) {
      const list = obstacle.staysEmpty === true ? [first.path] : []
      const done = ladder.run(way, { obstacles: [obstacle.make(first.path)], list })
      expect(done, way).toMatchObject({ status: 0, stdout: expect.stringContaining(second.path), left: [] })
      expect(done.stderr, way).toMatch(told(first, obstacle))
    }
  })
})

const CACHE = /\/user\/home\/\.cache\/flavor\//
const RUNTIME = /\/user\/run\/flavor\//
const NONE = { FLAVOR_CACHE: undefined, HOME: undefined }

/** Of `length` characters, in names of up to 200. */
function longPath(length: number): string {
  let path = NAMES
  while (path.length + 1 < length) path += `/${'d'.repeat(Math.min(199, length - path.length - 1))}`
  return path.padEnd(length, 'd')
}

interface Named {
  readonly what: string
  readonly environment: NonNullable<MountedRun['environment']>
  readonly rung: RegExp
  /** 1 where the cache is not where the user would look for it. */
  readonly lines: number
}

const NAMED: readonly Named[] = [
  { what: 'HOME is unset', environment: NONE, rung: RUNTIME, lines: 1 },
  { what: 'HOME is relative', environment: { ...NONE, HOME: 'home' }, rung: RUNTIME, lines: 1 },
  { what: 'HOME is not there', environment: { ...NONE, HOME: '/nonexistent' }, rung: RUNTIME, lines: 1 },
  { what: 'no variable is set', environment: { ...NONE, XDG_RUNTIME_DIR: undefined }, rung: /^\/var\/tmp\//, lines: 1 },
  { what: 'FLAVOR_CACHE is empty', environment: { FLAVOR_CACHE: '' }, rung: CACHE, lines: 0 },
  { what: 'a name has spaces', environment: named('a b  c'), rung: /\/a b {2}c\/envs/, lines: 0 },
  { what: 'a name is not ASCII', environment: named('zwölf 日本 🧪'), rung: /\/zwölf 日本 🧪\/envs/, lines: 0 },
  { what: 'a name has quotes', environment: named(`%20'"$x\\`), rung: /\/%20'"\$x\\\/envs/, lines: 0 },
  { what: 'directories above are missing', environment: named('a/b/c/d'), rung: /\/a\/b\/c\/d\/envs/, lines: 0 },
  {
    what: 'it has 4000 characters',
    environment: { FLAVOR_CACHE: longPath(4000) },
    rung: /\/d{199}\/d+\/envs/,
    lines: 0,
  },
  { what: 'nothing fits below it', environment: { FLAVOR_CACHE: longPath(4085) }, rung: CACHE, lines: 1 },
  { what: 'a name has 300 characters', environment: named('x'.repeat(300)), rung: CACHE, lines: 1 },
]

function named(name: string) {
  return { FLAVOR_CACHE: join(NAMES, name) }
}

describeMounted(`workenv §1.1, names${because}`, () => {
  test.each(NAMED)('$what', ({ environment, rung, lines: count }) => {
    // `flavor run` takes the variables as the Node launcher does.
    for (const way of ['native', 'node'] as const) {
      const list = count === 1 ? [join(ladder.machine.directory, 'user/names')] : []
      const done = ladder.run(way, { environment, list })
      expect(done, way).toMatchObject({ status: 0, stdout: expect.stringMatching(rung), left: [] })
      expect(lines(done.stderr), done.stderr).toBe(count)
    }
  })

  test('a bind mount is as good as a directory, and one that is read-only as bad', () => {
    const path = ladder.first
    const bound = `mkdir -p ${path} ${path}-real; chown $U:$U ${path}-real; chmod 0700 ${path}-real; mount --bind ${path}-real ${path}`
    for (const way of LAUNCH_WAYS) {
      const bind = ladder.run(way, { obstacles: [bound] })
      expect(bind).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining(path) })
      const done = ladder.run(way, { obstacles: [`${bound}; mount -o remount,bind,ro ${path}`] })
      expect(done).toMatchObject({ status: 0, stdout: expect.stringMatching(CACHE) })
      expect(done.stderr).toMatch(/EROFS/)
    }
  })

  test('workenv §1.3: a umask that takes bits of the owner is no noexec mount, and leaves nothing that cannot be used', () => {
    for (const way of LAUNCH_WAYS) {
      const done = ladder.run(way, { obstacles: ['umask 0777'], times: 2 })
      expect(done, way).toMatchObject({
        status: 0,
        stderr: '',
        stdout: expect.stringContaining(ladder.first),
        left: [],
      })
    }
  })

  test('workenv §1.1: a limit on the size of files is an error that says so, on every rung', () => {
    for (const way of LAUNCH_WAYS) {
      const done = ladder.run(way, { obstacles: ['ulimit -f 0'] })
      expect(done, way).toMatchObject({ status: 106, stderr: expect.stringMatching(/EFBIG.*EFBIG/), left: [] })
    }
  })

  test('workenv §7.8: a mount that became noexec after it was filled is left for the next', () => {
    const path = ladder.first
    const filled = `mkdir -p ${path}; mount -t tmpfs -o mode=0700,uid=$U,gid=$U none ${path}; "$@" >/dev/null`
    for (const way of LAUNCH_WAYS) {
      const done = ladder.run(way, { obstacles: [`${filled}; mount -o remount,noexec ${path}`], times: 2 })
      expect(done).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(CACHE) })
    }
  })
})

test.skipIf(unable !== undefined)('did all that it says', () => {
  process.stdout.write(`ladder: ${ladder.runs} launches behind mounts, ${OBSTACLES.length} obstacles, 6 rungs\n`)
  expect(ladder.runs).toBe(3 * 6 + OBSTACLES.length + 2 * 2 + 3 * OBSTACLES.length + 2 * NAMED.length + 3 * 2 + 3 * 3)
})
