import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { LaunchWay } from '../support/launch-ways.ts'
import { launchedBy } from '../support/launch-ways.ts'

/** Of nobody on this machine, and of no other run of the tests. */
const FIRST_UID = 40_000
const UIDS = 20_000

/** The six directories of workenv §1.1 for one user, in a mount namespace of its own. */
export interface MountedMachine {
  readonly directory: string
  readonly uid: number
  /** In the order of the ladder. */
  readonly rungs: readonly { readonly name: string; readonly path: string }[]
  readonly environment: Readonly<Record<string, string>>
  remove(): void
}

export function mountedMachine(): MountedMachine {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'flavor-ladder-')))
  const uid = FIRST_UID + (process.pid % UIDS)
  chmodSync(directory, 0o755)
  return {
    directory,
    uid,
    rungs: [
      { name: 'FLAVOR_CACHE', path: join(directory, 'user/explicit') },
      { name: 'cache', path: join(directory, 'user/home/.cache/flavor') },
      { name: 'runtime', path: join(directory, 'user/run/flavor') },
      { name: 'temporary', path: `/var/tmp/flavor-${uid}` },
      { name: 'temporary', path: `/tmp/flavor-${uid}` },
      { name: 'memory', path: `/dev/shm/flavor-${uid}` },
    ],
    environment: {
      PATH: '/usr/bin:/bin',
      FLAVOR_CACHE: join(directory, 'user/explicit'),
      HOME: join(directory, 'user/home'),
      XDG_RUNTIME_DIR: join(directory, 'user/run'),
    },
    remove: () => {
      for (const path of [directory, `/tmp/flavor-${uid}`]) rmSync(path, { recursive: true, force: true })
    },
  }
}

export interface MountedRun {
  readonly way: LaunchWay
  readonly package: string
  readonly args?: readonly string[]
  /** Shell commands of root: what stands in the way. `$U` is the user. */
  readonly obstacles: readonly string[]
  /** Beside and over the machine's; undefined takes one away. */
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Directories whose content is listed afterwards. */
  readonly list?: readonly string[]
  /** In front of the program, such as strace. */
  readonly under?: readonly string[]
  /** How often the program is started; the last time counts. */
  readonly times?: number
}

export interface MountedOutcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
  /** Paths below the listed directories. */
  readonly left: readonly string[]
}

const MARK = '--left--'

/** Starts a package as the machine's user, behind mounts that are gone with it. */
export function runMounted(machine: MountedMachine, run: MountedRun): MountedOutcome {
  const { directory, uid, environment } = machine
  rmSync(`/tmp/flavor-${uid}`, { recursive: true, force: true })
  rmSync(join(directory, 'user'), { recursive: true, force: true })
  for (const path of ['user', 'user/home', 'user/home/.cache', 'user/run']) {
    mkdirSync(join(directory, path), { mode: 0o700 })
    chownSync(join(directory, path), uid, uid)
  }
  const [program, ...args] = launchedBy(run.way, run.package)
  const pairs = Object.entries({ ...environment, ...run.environment }).filter(([, value]) => value !== undefined)
  const user = ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups']
  const words = [...user, 'env', '-i', ...pairs.map(([name, value]) => `${name}=${value}`), ...(run.under ?? [])]
  const script = [
    'set -e',
    ...['/var/tmp', '/dev/shm'].map(place => `mount -t tmpfs -o mode=1777 none ${place}`),
    ...run.obstacles,
    'set +e',
    ...Array.from({ length: (run.times ?? 1) - 1 }, () => '"$@" >/dev/null 2>&1'),
    '"$@"',
    'status=$?',
    `echo; echo ${MARK}`,
    ...(run.list ?? []).map(path => `find ${quote(path)} -mindepth 1 2>/dev/null`),
    'exit $status',
  ].join('\n')
  const command = [
    '-m',
    '--propagation',
    'private',
    'sh',
    '-c',
    script,
    'sh',
    ...words,
    program,
    ...args,
    ...(run.args ?? []),
  ]
  const done = spawnSync('unshare', command, {
    encoding: 'utf8',
    cwd: '/',
    env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, U: `${uid}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout = '', left = ''] = done.stdout.split(`\n${MARK}\n`)
  return { status: done.status, stdout, stderr: done.stderr, left: left.split('\n').filter(line => line !== '') }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** What can be wrong with a directory: how that is made at a path, and what a launcher says of it. */
export interface Obstacle {
  readonly what: string
  readonly make: (path: string) => string
  readonly reason: RegExp
  /** A directory that must be as empty afterwards as it was. */
  readonly staysEmpty?: boolean
}

function directory(path: string, mode: string, owner = '$U'): string {
  return `mkdir -p ${quote(dirname(path))}; mkdir ${quote(path)}; chown ${owner}:${owner} ${quote(path)}; chmod ${mode} ${quote(path)}`
}

function tmpfs(options: string): (path: string) => string {
  return path => `${directory(path, '0700')}; mount -t tmpfs -o mode=0700,uid=$U,gid=$U,${options} none ${quote(path)}`
}

/** For the tree of the fixture. */
export const OBSTACLES: readonly Obstacle[] = [
  { what: 'a file', make: path => `: >${quote(path)}`, reason: /it is no directory/ },
  { what: 'a symlink', make: path => `ln -s /nowhere ${quote(path)}`, reason: /it is a symlink/ },
  { what: 'of another user', make: path => directory(path, '0700', '4242'), reason: /it belongs to uid 4242/ },
  {
    what: 'writable for a group',
    make: path => directory(path, '0770'),
    reason: /others can write to it \(mode 0770\)/,
  },
  { what: 'writable for all', make: path => directory(path, '0777'), reason: /others can write to it \(mode 0777\)/ },
  { what: 'not writable', make: path => directory(path, '0500'), reason: /it cannot be written to \(EACCES/ },
  { what: 'read-only', make: tmpfs('ro'), reason: /it is on a read-only file system \(EROFS/, staysEmpty: true },
  { what: 'noexec', make: tmpfs('noexec'), reason: /runs no programs \(noexec\)/, staysEmpty: true },
  { what: 'too small', make: tmpfs('size=64k'), reason: /0\.1 MB are needed and 0\.\d MB are free/, staysEmpty: true },
  {
    what: 'of few inodes',
    make: tmpfs('nr_inodes=20'),
    reason: /62 files are needed and \d+ are free/,
    staysEmpty: true,
  },
  { what: 'full in the middle', make: tmpfs('size=200k'), reason: /no space is left \(ENOSPC/, staysEmpty: true },
  {
    what: 'out of inodes in the middle',
    make: tmpfs('nr_inodes=69'),
    reason: /no space is left \(ENOSPC/,
    staysEmpty: true,
  },
]
