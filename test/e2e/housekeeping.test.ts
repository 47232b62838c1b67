import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { CacheLayout } from '../../src/workenv/cache-layout.ts'
import { writeShellPackage } from '../launch/shell-package.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { nativeLauncher } from '../support/native-launched.ts'
import { nodeLauncher } from '../support/node-launched.ts'
import { ROOT } from '../support/packed-app.ts'
import { scratch } from '../support/scratch.ts'

const WAYS = ['native', 'node', 'flavor run'] as const
type Way = (typeof WAYS)[number]

/** Says where it runs and, without a process of its own, which children it has; then waits where it is told to. */
const SCRIPT = `
  echo "$FLAVOR_WORKENV"
  if [ -r "/proc/$$/task/$$/children" ]; then read -r children <"/proc/$$/task/$$/children"; echo "children:$children"; fi
  if [ -n "$WAIT" ]; then read -r line; fi
`

beforeAll(async () => {
  await nativeLauncher()
  await nodeLauncher()
}, BUILD_TIMEOUT)

class Cache {
  readonly base: string
  readonly way: Way
  /** Without a configuration of this machine. */
  readonly home = realpathSync(scratch())

  constructor(way: Way) {
    this.way = way
    this.base = join(this.home, 'cache')
    mkdirSync(this.base, { mode: 0o700 })
  }

  get layout(): CacheLayout {
    return new CacheLayout(this.base)
  }

  async pack(version: string, name = 'sample'): Promise<App> {
    const { path, tool, toolVersion } = this.way === 'node' ? await nodeLauncher() : await nativeLauncher()
    const directory = join(this.home, `${name}-${version}`)
    mkdirSync(directory)
    // So that sizes can be told apart: a kilobyte each.
    const script = `${SCRIPT}\n# ${'x'.repeat(1000)}`
    const changes = { package: { name, version } }
    const options = { launcher: { path, tool, toolVersion } }
    return new App(this, (await writeShellPackage(directory, { script, changes, options })).path)
  }

  configure(toml: string): void {
    mkdirSync(join(this.home, 'config/flavor'), { recursive: true })
    writeFileSync(join(this.home, 'config/flavor/config.toml'), toml)
  }

  environment(more: Record<string, string> = {}): Record<string, string> {
    const { base, home } = this
    const places = { FLAVOR_CACHE: base, XDG_CACHE_HOME: `${base}-next`, XDG_CONFIG_HOME: join(home, 'config') }
    return { PATH: '/usr/bin:/bin', HOME: home, ...places, ...more }
  }
}

class App {
  readonly cache: Cache
  readonly path: string

  constructor(cache: Cache, path: string) {
    this.cache = cache
    this.path = path
  }

  get command(): [string, ...string[]] {
    if (this.cache.way !== 'flavor run') return [this.path]
    return [process.execPath, join(ROOT, 'src/cli/main.ts'), 'run', this.path]
  }

  /** Gives its root. */
  run(more: Record<string, string> = {}): string {
    const [program, ...args] = this.command
    const env = this.cache.environment(more)
    const { stdout, stderr, status } = spawnSync(program, args, { env, encoding: 'utf8' })
    const [root = '', ...lines] = stdout.trim().split('\n')
    expect([stderr, status, ...lines.map(line => line.trim())]).toEqual(['', 0, 'children:'])
    return root
  }

  /** Prepares it, and says that it was last used some days ago. */
  unusedFor(days: number): string {
    const root = this.run({ FLAVOR_CACHE_MAX_AGE: '0' })
    age(sealOf(root), days)
    return root
  }

  /** What a first run would remove, done now. */
  clean(more: Record<string, string> = {}) {
    const [program, ...args] = this.command
    const env = this.cache.environment({ FLAVOR_LAUNCHER_CLI: '1', ...more })
    const { stdout, stderr, status } = spawnSync(program, [...args, 'clean', '--json'], { env, encoding: 'utf8' })
    expect(status, stderr).toBe(0)
    return { removed: JSON.parse(stdout).removed as string[], stderr }
  }
}

function sealOf(root: string): string {
  return root.replace(/\.[0-9]+\/root$/, '.seal')
}

function attemptOf(root: string): string {
  return root.replace(/\/root$/, '')
}

function age(path: string, days: number): void {
  const then = Date.now() / 1000 - days * 24 * 3600
  utimesSync(path, then, then)
}

/** It works on beside the program: what is waited for is that it is done. */
async function until(isDone: () => boolean): Promise<void> {
  await expect.poll(isDone, { timeout: 60_000, interval: 5 }).toBe(true)
}

function isEmpty(directory: string): boolean {
  return readdirSync(directory).length === 0
}

describe.each(WAYS)('workenv §10.5: after a first run, %s', way => {
  test('old versions go, the young and other packages stay, and the program has no child that it did not start', async () => {
    const cache = new Cache(way)
    const [old, young] = [(await cache.pack('1')).unusedFor(31), (await cache.pack('2')).unusedFor(29)]
    const other = (await cache.pack('1', 'other')).unusedFor(300)
    const root = (await cache.pack('3')).run()
    await until(() => !existsSync(attemptOf(old)) && isEmpty(cache.layout.staging))
    expect([young, other, root].map(path => existsSync(path))).toEqual([true, true, true])
    expect(existsSync(sealOf(old))).toBe(false)
  })

  test('what a killed first run left goes too, whatever the limits are', async () => {
    const cache = new Cache(way)
    const root = (await cache.pack('1')).run()
    const half = join(cache.layout.envs, 'dead-1-dddddddddddddddddddd.1')
    const orphan = join(cache.layout.staging, '0123456789abcdef')
    for (const path of [half, orphan]) mkdirSync(join(path, 'root'), { recursive: true })
    ;(await cache.pack('2')).run({ FLAVOR_CACHE_MAX_AGE: '0' })
    expect([half, orphan, root].map(path => existsSync(path))).toEqual([false, false, true])
  })

  test('what is in use stays, and goes when it is not', async () => {
    const cache = new Cache(way)
    const app = await cache.pack('1')
    const old = app.unusedFor(31)
    const [program, ...args] = app.command
    const child = spawn(program, args, {
      env: cache.environment({ WAIT: '1' }),
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    await once(child.stdout, 'data')
    age(sealOf(old), 31)
    const next = await cache.pack('2')
    next.run({ FLAVOR_CACHE_MAX_AGE: '0' })
    expect(next.clean().removed).toEqual([])
    child.stdin.end()
    await once(child, 'exit')
    expect(next.clean().removed).toEqual([attemptOf(old)])
  })

  test('limits: the file of the user, variables before it, 0 for none, and what cannot be understood is one line', async () => {
    const cache = new Cache(way)
    const [first, second] = [(await cache.pack('1', 'a')).unusedFor(3), (await cache.pack('1', 'b')).unusedFor(2)]
    const third = (await cache.pack('1')).unusedFor(9)
    const app = await cache.pack('2')
    app.run({ FLAVOR_CACHE_MAX_AGE: '0' })
    expect(app.clean().removed).toEqual([])
    cache.configure('[cache]\nmax-age = "8d"\nmax-size = "10GB"\n')
    expect(app.clean({ FLAVOR_CACHE_MAX_AGE: '10d' }).removed).toEqual([])
    expect(app.clean({ FLAVOR_CACHE_MAX_AGE: '0' }).removed).toEqual([])
    expect(app.clean().removed).toEqual([attemptOf(third)])
    cache.configure('[cache]\nmax-size = "5kB"\n')
    expect(app.clean({ FLAVOR_CACHE_MAX_SIZE: '0' }).removed).toEqual([])
    expect(app.clean({ FLAVOR_CACHE_MAX_SIZE: 'all' })).toEqual({
      removed: [],
      stderr: 'flavor: warning: FLAVOR_CACHE_MAX_SIZE is not a size such as 2GB: this limit is off (workenv §10.5)\n',
    })
    cache.configure('[cache]\nmax-size = 5kB\n')
    expect(app.clean().stderr).toMatch(/^flavor: warning: .*config\.toml: is not TOML[^\n]*\n$/)
    expect([first, second].map(path => existsSync(path))).toEqual([true, true])
    cache.configure('[cache]\nmax-size = "5kB"\n')
    expect(app.clean().removed).toEqual([attemptOf(first)])
    expect(app.clean({ FLAVOR_CACHE_MAX_SIZE: '1kB' }).removed).toEqual([attemptOf(second)])
  })

  test.skipIf(missing('linux'))('neither the exit of the program nor its pipes wait for it', async () => {
    const cache = new Cache(way)
    const old = (await cache.pack('1')).unusedFor(31)
    const about = join(attemptOf(old), 'about')
    const content = readFileSync(about)
    rmSync(about)
    // Whoever reads it waits until it is written to.
    spawnSync('mkfifo', [about])
    const [program, ...args] = (await cache.pack('2')).command
    const child = spawn(program, args, { env: cache.environment(), stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
    const ends = [child.stdout, child.stderr, child.stdio[3]].map(pipe => text(pipe as NodeJS.ReadableStream))
    const [out, ...others] = await Promise.all(ends)
    expect([out?.includes('/root\n'), ...others]).toEqual([true, '', ''])
    let gate = -1
    await until(() => {
      try {
        gate = openSync(about, constants.O_WRONLY | constants.O_NONBLOCK)
        return true
      } catch {
        return false
      }
    })
    // The reader is let in by the opening above, and has its descriptor a moment later.
    let holder = holderOf(about)
    await until(() => {
      holder = holderOf(about)
      return holder.length > 0
    })
    const [pid = '', files = []] = holder
    const directory = readlinkSync(`/proc/${pid}/cwd`)
    const sessions = [pid, 'self'].map(sessionOf)
    writeFileSync(gate, content)
    closeSync(gate)
    expect(directory).toBe('/')
    expect(files.slice(0, 3)).toEqual(['/dev/null', '/dev/null', '/dev/null'])
    // Node has pipes of its own.
    if (way === 'native') expect(files.slice(3)).toEqual([about])
    expect(sessions[0]).not.toBe(sessions[1])
    await until(() => !existsSync(attemptOf(old)) && isEmpty(cache.layout.staging))
  })

  const lack = missing('linux', 'root', 'unshare')
  test.skipIf(lack !== undefined)('the first process of a container takes them out of sight itself', async () => {
    const cache = new Cache(way)
    const old = (await cache.pack('1')).unusedFor(31)
    const command = (await cache.pack('2')).command
    const contained = spawnSync('unshare', ['-pf', '--mount-proc', ...command], {
      env: cache.environment(),
      encoding: 'utf8',
    })
    expect([contained.stderr, contained.stdout.replace(/^.*\n/, '').trim()]).toEqual(['', 'children:'])
    expect(existsSync(attemptOf(old))).toBe(false)
    ;(await cache.pack('3')).clean()
    expect(isEmpty(cache.layout.staging)).toBe(true)
  })
})

const lack = missing('linux', 'root', 'setpriv')
test.skipIf(lack !== undefined)('workenv §10.5: a cache that cannot be written to is no error', async () => {
  const cache = new Cache('native')
  const old = (await cache.pack('1')).unusedFor(31)
  const app = await cache.pack('2')
  app.run({ FLAVOR_CACHE_MAX_AGE: '0' })
  for (const path of [cache.home, cache.base]) chmodSync(path, 0o755)
  for (const path of readdirSync(cache.base)) chmodSync(join(cache.base, path), 0o755)
  const user = ['--reuid=65534', '--regid=65534', '--clear-groups']
  const env = cache.environment({ FLAVOR_LAUNCHER_CLI: '1', XDG_CACHE_HOME: '/nonexistent' })
  const done = spawnSync('setpriv', [...user, app.path, 'clean'], { env, encoding: 'utf8' })
  expect([done.stdout, done.status]).toEqual(['', 0])
  expect(existsSync(old)).toBe(true)
})

/** The process that has a file open, and what else it has. */
function holderOf(path: string): [string, string[]] | [] {
  for (const pid of readdirSync('/proc').filter(name => /^[0-9]+$/.test(name) && name !== `${process.pid}`)) {
    const files = filesOf(pid)
    if (files.includes(path)) return [pid, files]
  }
  return []
}

function sessionOf(pid: string): string | undefined {
  return readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')[3]
}

function filesOf(pid: string): string[] {
  try {
    const numbers = readdirSync(`/proc/${pid}/fd`).sort((a, b) => Number(a) - Number(b))
    return numbers.map(number => readlinkSync(`/proc/${pid}/fd/${number}`))
  } catch {
    return []
  }
}
