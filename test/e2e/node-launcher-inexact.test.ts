import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { missing } from '../support/machines.ts'
import { packWithNodeLauncher } from '../support/node-launched.ts'
import { scratch } from '../support/scratch.ts'
import { treeSlot } from '../workenv/workenv-fixture.ts'

/** The list in docs/launchers.md, row by row: what a program finds that it would not find if it were started directly. */

/**
 * Tells what a process inherits that no argument or variable says. Each way becomes the program that tells it: a shell blocks signals
 * and opens files of its own while it starts others.
 */
const REPORT = `
  case $1 in
    signals) exec grep -E '^Sig(Ign|Blk)' /proc/self/status ;;
    files) exec readlink /proc/self/fd/0 /proc/self/fd/3 /proc/self/fd/9 /proc/self/fd/15 /proc/self/fd/20 ;;
    nice) exec nice ;;
    limit) ulimit -Sn; ulimit -Hn ;;
    umask) umask ;;
    directory) pwd ;;
  esac
`
const WAYS = ['signals', 'files', 'nice', 'limit', 'umask', 'directory']

/** Prepares a process as `steps` say, and becomes the program. */
const START = `
import os, resource, signal, sys
steps, program = sys.argv[1], sys.argv[2:]
exec(steps)
os.execv(program[0], program)
`

const unable = missing('linux')
const directory = mkdtempSync(join(tmpdir(), 'flavor-inexact-'))
let pack: Awaited<ReturnType<typeof packWithNodeLauncher>>
let reporter: string

beforeAll(async () => {
  pack = await packWithNodeLauncher(directory, { script: REPORT })
  const { environment } = pack
  // The very program, unpacked: what running it directly gives.
  const { stdout } = spawnSync(pack.path, ['prepare'], {
    env: { ...environment, FLAVOR_LAUNCHER_CLI: '1' },
    encoding: 'utf8',
  })
  reporter = `${stdout.trim()}/bin/run`
})

afterAll(() => rmSync(directory, { recursive: true, force: true }))

function report(program: string, steps: string): Map<string, string[]> {
  const env = { ...pack.environment, PATH: process.env.PATH ?? '' }
  return new Map(
    WAYS.map(way => {
      const argv = ['-c', START, steps, program, way]
      const { stdout, stderr } = spawnSync('python3', argv, {
        env,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      expect(stderr).toBe('')
      return [way, stdout.trim().split('\n')]
    }),
  )
}

/** What differs between a packed program and the same program run directly. */
function differences(steps: string): Record<string, [direct: string[] | undefined, packed: string[] | undefined]> {
  const [direct, packed] = [report(reporter, steps), report(pack.path, steps)]
  const differing = WAYS.filter(way => JSON.stringify(direct.get(way)) !== JSON.stringify(packed.get(way)))
  return Object.fromEntries(differing.map(way => [way, [direct.get(way), packed.get(way)]]))
}

/** Each descriptor is another directory, so that one can tell which are there. */
const PLACES: Readonly<Record<number, string>> = { 3: '/etc', 9: '/usr', 15: '/tmp', 20: '/dev' }
const OPEN = (fd: number) => `os.dup2(os.open('${PLACES[fd]}', os.O_RDONLY), ${fd}); os.set_inheritable(${fd}, True)`
const SAME_LIMIT = 'resource.setrlimit(resource.RLIMIT_NOFILE, (512, 512))'
const DEFAULTS = 'signal.signal(signal.SIGPIPE, signal.SIG_DFL); signal.signal(signal.SIGXFSZ, signal.SIG_DFL)'
const signals = (blocked: number, ignored: number) => [
  `SigBlk:\t${blocked.toString(16).padStart(16, '0')}`,
  `SigIgn:\t${ignored.toString(16).padStart(16, '0')}`,
]

describe.skipIf(unable)(`exact${unable ? `: ${unable}` : ''}`, () => {
  test('signals of a usual process, SIGPIPE among them, umask, directory, priority, and descriptors above 15', () => {
    const steps = `${SAME_LIMIT}; ${DEFAULTS}; os.umask(0o027); os.chdir('/etc'); os.nice(3); ${OPEN(20)}`
    expect(differences(steps)).toEqual({})
  })
})

describe.skipIf(unable)(`not exact, and listed${unable ? `: ${unable}` : ''}`, () => {
  test('signals that the caller ignores, as nohup does, are not ignored', () => {
    const steps = `${SAME_LIMIT}; ${DEFAULTS}; signal.signal(signal.SIGHUP, signal.SIG_IGN)`
    expect(differences(steps)).toEqual({ signals: [signals(0, 1), signals(0, 0)] })
  })

  test('signals that the caller blocks are not blocked', () => {
    const steps = `${SAME_LIMIT}; ${DEFAULTS}; signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})`
    expect(differences(steps)).toEqual({ signals: [signals(1, 0), signals(0, 0)] })
  })

  test('the limit of open files is raised as far as it goes', () => {
    const steps = `${DEFAULTS}; resource.setrlimit(resource.RLIMIT_NOFILE, (256, 512))`
    expect(differences(steps)).toEqual({
      limit: [
        ['256', '512'],
        ['512', '512'],
      ],
    })
  })

  test('descriptors 3 to 15 are not passed on', () => {
    const steps = `${SAME_LIMIT}; ${DEFAULTS}; ${[3, 9, 15].map(OPEN).join('; ')}`
    expect(differences(steps)).toEqual({ files: [['/dev/null', '/etc', '/usr', '/tmp'], ['/dev/null']] })
  })

  test('a closed stdin, stdout or stderr is /dev/null', () => {
    expect(differences(`${SAME_LIMIT}; ${DEFAULTS}; os.close(0)`)).toEqual({ files: [[''], ['/dev/null']] })
  })

  test('a child of no known format is run by /bin/sh', async () => {
    const changes = { slots: [treeSlot('app', { 'bin/run': 'exit 9\n' })] }
    const { path, environment } = await packWithNodeLauncher(scratch(), { changes })
    const statuses = ['exec', 'spawn'].map(mode => {
      return spawnSync(path, [], { env: { ...environment, FLAVOR_EXEC_MODE: mode } }).status
    })
    expect(statuses).toEqual([104, 9])
  })

  test('an argument that is not UTF-8 is refused', () => {
    const code = "import os, sys; os.execv(sys.argv[1], [sys.argv[1], b'a\\xff'])"
    const env = { ...pack.environment, PATH: process.env.PATH ?? '' }
    const result = spawnSync('python3', ['-c', code, pack.path], { env, encoding: 'utf8' })
    expect(result).toMatchObject({ status: 104, stderr: expect.stringContaining('error[PROGRAM_ARGUMENTS]') })
  })

  test('a variable that is not UTF-8 is changed, and told by its name', () => {
    const code = "import os, sys; os.environb[b'ODD'] = b'\\xff'; os.execv(sys.argv[1], sys.argv[1:])"
    const env = { ...pack.environment, PATH: process.env.PATH ?? '' }
    const result = spawnSync('python3', ['-c', code, pack.path], { env, encoding: 'utf8' })
    expect(result).toMatchObject({ status: 0, stderr: expect.stringMatching(/^flavor: warning: [^\n]*: ODD\n$/) })
  })
})
