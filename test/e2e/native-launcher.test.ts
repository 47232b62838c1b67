import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { missing } from '../support/machines.ts'
import { nativeLauncher, packWithNativeLauncher } from '../support/native-launched.ts'
import { packWithNodeLauncher } from '../support/node-launched.ts'
import { scratch } from '../support/scratch.ts'

/** What the native launcher does and the Node launcher cannot, and what both say. */

const directory = mkdtempSync(join(tmpdir(), 'flavor-native-'))
/** `$SCRIPT`, or what a process inherits that no argument or variable says; each way becomes the program that tells it. */
const REPORT = `
  case $1 in
    signals) exec grep -E '^Sig(Ign|Blk|Cgt)' /proc/self/status ;;
    files) exec readlink /proc/self/fd/0 /proc/self/fd/3 /proc/self/fd/9 /proc/self/fd/15 /proc/self/fd/20 ;;
    limits) exec cat /proc/self/limits ;;
    nice) exec nice ;;
    umask) umask ;;
    directory) pwd ;;
    *) eval "$SCRIPT" ;;
  esac
`
const WAYS = ['signals', 'files', 'limits', 'nice', 'umask', 'directory']

let pack: Awaited<ReturnType<typeof packWithNativeLauncher>>
let reporter: string

beforeAll(async () => {
  await nativeLauncher()
  pack = await packWithNativeLauncher(directory, { script: REPORT })
  const { stdout } = ask(pack.path, ['prepare'], pack.environment)
  reporter = `${stdout.trim()}/bin/run`
}, BUILD_TIMEOUT)

afterAll(() => rmSync(directory, { recursive: true, force: true }))

const run = (path: string, args: readonly string[], env: Record<string, string> = {}, more = {}) =>
  spawnSync(path, args, { env, encoding: 'utf8', ...more })
const ask = (path: string, args: readonly string[], env: Record<string, string>) =>
  run(path, args, { ...env, FLAVOR_LAUNCHER_CLI: '1' })

/** Prepares a process as `steps` say, and becomes the program. */
const START = `
import os, resource, signal, sys
steps, program = sys.argv[1], sys.argv[2:]
signal.signal(signal.SIGPIPE, signal.SIG_DFL)
signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
exec(steps)
os.execv(program[0], program)
`

function started(steps: string, ...program: string[]) {
  const env = { ...pack.environment, PATH: process.env.PATH ?? '' }
  return spawnSync('python3', ['-c', START, steps, ...program], {
    env,
    encoding: 'buffer',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

describe('alone', () => {
  test('says who it is, and that it holds nothing', async () => {
    const { path: launcher } = await nativeLauncher()
    expect(run(launcher, ['--version']).stdout).toMatch(/^flavor-launcher \d+\.\d+\.\d+ \(linux \w+\)\n$/)
    expect(run(launcher, ['--help']).stdout).toContain('FLAVOR_LAUNCHER_CLI')
    expect(run(launcher, ['x'])).toMatchObject({ status: 102, stderr: expect.stringContaining('error[LAUNCHER_BARE]') })
  })
})

describe.skipIf(missing('linux'))('a program inherits what it would inherit if it were started directly', () => {
  const OPEN = [3, 9, 15, 20].map(fd => `os.dup2(os.open('/usr', os.O_RDONLY), ${fd}); os.set_inheritable(${fd}, True)`)

  test.each([
    ['nothing special', ''],
    [
      'ignored signals, as by nohup, SIGPIPE among them',
      'for n in (1, 2, 3, 10, 13, 15): signal.signal(n, signal.SIG_IGN)',
    ],
    ['blocked signals', 'signal.pthread_sigmask(signal.SIG_BLOCK, {1, 2, 13, 15, 17})'],
    ['descriptors at any number', OPEN.join('; ')],
    ['a closed stdin', 'os.close(0)'],
    ['a closed stdin and stderr', 'os.close(0); os.close(2)'],
    ['a limit of open files below the hard one', 'resource.setrlimit(resource.RLIMIT_NOFILE, (64, 512))'],
    ['a limit of memory', 'resource.setrlimit(resource.RLIMIT_AS, (1 << 28, 1 << 28))'],
    ['a limit on the size of files', 'resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))'],
    ['a umask that takes bits of the owner', 'os.umask(0o177)'],
    ['umask, directory, priority', "os.umask(0o027); os.chdir('/etc'); os.nice(3)"],
  ])('%s', (_what, steps) => {
    for (const way of WAYS) {
      const [direct, packed] = [started(steps, reporter, way), started(steps, pack.path, way)]
      expect({ way, out: packed.stdout.toString(), err: packed.stderr.toString(), status: packed.status }).toEqual({
        way,
        out: direct.stdout.toString(),
        err: direct.stderr.toString(),
        status: direct.status,
      })
    }
  })

  test('all three standard descriptors closed: none of our files is one of them', () => {
    const mark = join(directory, 'mark')
    const script = `readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2 >${mark}; echo done >>${mark}`
    const found = [reporter, pack.path].map(program => {
      started(`os.environ['SCRIPT'] = '${script}'; os.closerange(0, 3)`, program)
      return readFileSync(mark, 'utf8')
    })
    expect(found[1]).toContain('done')
    expect(found[1]).toBe(found[0])
  })

  test('a failure with stderr closed is written nowhere, and still has its status', () => {
    const cut = join(directory, 'cut')
    writeFileSync(cut, readFileSync(pack.path).subarray(0, -1), { mode: 0o755 })
    const before = readFileSync(cut)
    expect(started('os.closerange(0, 3)', cut).status).toBe(102)
    expect(readFileSync(cut).equals(before)).toBe(true)
  })

  test('what is logged with stderr closed does not get into the package, nor into the log of another', () => {
    const log = join(directory, 'log')
    const before = readFileSync(pack.path)
    const steps = `os.environ.update(FLAVOR_LOG_LEVEL='trace', FLAVOR_LOG_PATH='${log}', SCRIPT=':'); os.closerange(0, 3)`
    expect(started(steps, pack.path).status).toBe(0)
    expect(readFileSync(pack.path).equals(before)).toBe(true)
    expect(readFileSync(log, 'utf8')).toMatch(/^(flavor: debug: [^\n]*\n)+$/)
  })

  test('a failure that nobody reads is no death by SIGPIPE', () => {
    const cut = join(directory, 'cut-2')
    writeFileSync(cut, readFileSync(pack.path).subarray(0, -1), { mode: 0o755 })
    expect(started('r, w = os.pipe(); os.close(r); os.dup2(w, 2)', cut).status).toBe(102)
  })
})

describe('bytes', () => {
  /** Becomes a program as C does it, which Python's own functions check more than the kernel. */
  const EXECVE = `
import ctypes, sys
texts = lambda *items: (ctypes.c_char_p * (len(items) + 1))(*items, None)
path, cache = sys.argv[1].encode(), sys.argv[2].encode()
ctypes.CDLL(None).execve(path, texts(*ARGV), texts(b'FLAVOR_CACHE=' + cache, b'V\\xfe=\\xff', b'A=1', b'A=2'))
`
  const execve = (path: string, argv: string) => {
    const code = EXECVE.replace('ARGV', argv)
    const { stdout, stderr } = spawnSync('python3', ['-c', code, path, join(directory, 'cache')], {
      encoding: 'latin1',
    })
    expect(stderr).toBe('')
    return stdout
  }
  const packed = async (...argv: string[]) =>
    await packWithNativeLauncher(scratch(), { changes: { execution: { command: 'x', argv } } })

  test('arguments and variables that are not UTF-8 arrive as they are', async () => {
    const { path } = await packed('/usr/bin/printf', '%s|')
    expect(execve(path, "[b'x', b'a\\xff\\x80', b'']")).toBe('a\xff\x80||')
    const variables = execve((await packed('/bin/cat', '/proc/self/environ')).path, "[b'x']").split('\0')
    expect(variables).toContain('V\xfe=\xff')
    // The one that getenv finds.
    expect(variables.filter(text => text.startsWith('A='))).toEqual(['A=1'])
  })

  test('argv[0] may be empty, and there may be none', async () => {
    const { path } = await packed('/bin/cat', '/proc/self/environ')
    for (const argv of ["[b'']", '[]']) expect(execve(path, argv)).toContain('FLAVOR_ORIGINAL_COMMAND=\0')
  })

  test('§8.1 a link, a hard link and a copy choose the command of their name', async () => {
    const root = scratch()
    const named = await packWithNativeLauncher(root, {
      programs: { other: 'echo other "$@"' },
      changes: { execution: { command: 'run', argv: ['run'], commands: { second: { argv: ['other', '-x'] } } } },
    })
    symlinkSync(named.path, join(root, 'second'))
    mkdirSync(join(root, 'copy'))
    copyFileSync(named.path, join(root, 'copy/second.exe'))
    for (const name of ['second', 'copy/second.exe']) {
      expect(run(join(root, name), ['y'], named.environment)).toMatchObject({ stdout: 'other -x y\n', status: 0 })
    }
    expect(run(named.path, ['y'], named.environment).stdout).toBe('<y>\n')
  })
})

describe('FLAVOR_EXEC_MODE=spawn', () => {
  const spawned = () => ({ ...pack.environment, FLAVOR_EXEC_MODE: 'spawn' })

  test('passes the status on, and dies of what the program died of', () => {
    expect(run(pack.path, [], { ...spawned(), SCRIPT: 'exit 42' }).status).toBe(42)
    for (const signal of ['SIGTERM', 'SIGKILL', 'SIGSEGV', 'SIGHUP']) {
      expect(run(pack.path, [], { ...spawned(), SCRIPT: `kill -${signal.slice(3)} $$` }).signal).toBe(signal)
    }
  })

  test('is consumed', () => {
    expect(run(pack.path, [], { ...spawned(), SCRIPT: 'echo "<$FLAVOR_EXEC_MODE>"' }).stdout).toBe('<>\n')
  })

  test.each(['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT', 'SIGQUIT'] as const)('passes %s on', async signal => {
    const SCRIPT = `trap 'echo got; exit 5' ${signal.slice(3)}; echo ready; while :; do sleep 0.01; done`
    const child = spawn(pack.path, [], { env: { ...spawned(), SCRIPT }, stdio: ['ignore', 'pipe', 'inherit'] })
    let out = ''
    child.stdout.on('data', bytes => {
      if (out === '') child.kill(signal)
      out += bytes
    })
    const status = await new Promise(resolve => child.once('close', resolve))
    expect({ out, status }).toEqual({ out: 'ready\ngot\n', status: 5 })
  })

  test('a child has the descriptors and signals that the launcher was given', () => {
    const steps =
      "os.environ['FLAVOR_EXEC_MODE'] = 'spawn'; os.close(0); signal.signal(1, signal.SIG_IGN); signal.pthread_sigmask(signal.SIG_BLOCK, {10})"
    for (const way of ['signals', 'files']) {
      expect(started(steps, pack.path, way).stdout.toString()).toBe(started(steps, reporter, way).stdout.toString())
    }
  })

  test('why a program did not start', async () => {
    const broken = await packWithNativeLauncher(scratch(), {
      changes: { execution: { command: '/nowhere/program', argv: ['/nowhere/program'] } },
    })
    for (const mode of ['spawn', 'exec']) {
      const result = run(broken.path, [], { ...broken.environment, FLAVOR_EXEC_MODE: mode })
      expect(result).toMatchObject({ status: 104, stderr: expect.stringContaining('error[PROGRAM_MISSING]') })
    }
  })
})

describe('§7.4 with more rights than its caller', () => {
  const unable = missing('linux', 'root', 'setpriv')

  test.skipIf(unable)(`a set-id copy listens to no FLAVOR_ variable${unable ? `: ${unable}` : ''}`, () => {
    chmodSync(directory, 0o755)
    const copy = join(directory, 'set-id')
    copyFileSync(pack.path, copy)
    chownSync(copy, 12345, 12345)
    chmodSync(copy, 0o4755)
    const home = join(directory, 'home')
    mkdirSync(home, { recursive: true })
    chownSync(home, 12345, 12345)
    const cache = join(directory, 'evil-cache')
    const env = {
      FLAVOR_CACHE: cache,
      FLAVOR_LAUNCHER_CLI: '1',
      HOME: home,
      SCRIPT: 'id -u; echo "<$FLAVOR_CACHE>"',
      PATH: '/usr/bin:/bin',
    }
    const args = ['--reuid=65534', '--regid=65534', '--clear-groups', copy]
    const result = spawnSync('setpriv', args, { env, encoding: 'utf8' })
    expect(result).toMatchObject({ status: 0, stderr: '' })
    expect(result.stdout).toMatch(/^\d+\n<>\n$/)
    expect(existsSync(cache)).toBe(false)
    expect(readdirSync(join(home, '.cache/flavor/envs')).length).toBeGreaterThan(0)
  })
})

describe('§8.4 says what the Node launcher says', () => {
  test('every command, in both forms, good and refused', async () => {
    const root = scratch()
    const node = await packWithNodeLauncher(join(root, 'node'), { script: REPORT })
    const native = await packWithNativeLauncher(join(root, 'native'), { script: REPORT })
    const cache = { FLAVOR_CACHE: join(root, 'cache'), PATH: '/usr/bin:/bin', SCRIPT: 'echo "$@"' }
    const mask = (text: string) =>
      text
        .replaceAll(/"size":\d+(?=,"verified)|size: \d+/g, 'SIZE')
        .replaceAll(/-[0-9a-f]{20}/g, '-CONTENT')
        .replaceAll(/\/(?:node|native)\//g, '/')
    const outcome = ({ path }: { path: string }, args: readonly string[]) => {
      const { status, stdout, stderr } = ask(path, args, { ...cache, FLAVOR_CACHE: join(path, '../cache') })
      return { args, status, stdout: mask(stdout), stderr: mask(stderr) }
    }
    const commands = [
      [],
      ['info'],
      ['info', '--json'],
      ['verify'],
      ['verify', '--json'],
      ['verify', '--deep', '--json'],
      ['help'],
      ['--help', '--json'],
      ['prepare'],
      ['prepare', '--json'],
      ['run', 'a', '--json'],
      ['python', 'b', 'c'],
      ['info', 'x'],
      ['bogus'],
      ['extract'],
      ['extract', '9', 'x'],
      ['extract', '0'],
      ['verify', '--shallow'],
    ]
    for (const args of commands) expect(outcome(native, args)).toEqual(outcome(node, args))
    const extract = (kind: 'node' | 'native', { path }: { path: string }) => {
      const { stdout } = ask(path, ['extract', '0', join(root, `out/${kind}/x`), '--json'], cache)
      return { stdout: mask(stdout), files: readdirSync(join(root, `out/${kind}/x`), { recursive: true }).toSorted() }
    }
    expect(extract('native', native)).toEqual(extract('node', node))
    const metadata = JSON.parse(ask(native.path, ['metadata'], cache).stdout)
    expect(metadata).toMatchObject({ format: 'PSPF/2025', launcher: { tool: 'flavor-launcher' } })
  }, 120_000)

  test('failures, as text and as JSON', async () => {
    const broken = await packWithNativeLauncher(scratch(), {
      programs: { run: 'x' },
      changes: { execution: { command: 'none' } },
    })
    const json = run(broken.path, [], { ...broken.environment, FLAVOR_LOG_LEVEL: 'json' })
    expect(JSON.parse(json.stderr)).toMatchObject({ type: 'error', code: 'PROGRAM_MISSING', exit: 104 })
    expect(json.status).toBe(104)
  })
})

describe('what it costs', () => {
  const unable = spawnSync('strace', ['--version']).status === 0 ? undefined : 'needs strace'

  test.skipIf(unable)(`a warm start takes at most 60 system calls${unable ? `: ${unable}` : ''}`, () => {
    // With a home, so that the user's keyring is looked for too.
    const env = { ...pack.environment, SCRIPT: ':', HOME: directory }
    run(pack.path, [], env)
    const log = join(directory, 'calls')
    expect(run('strace', ['-o', log, pack.path], { ...env, PATH: process.env.PATH ?? '' }).status).toBe(0)
    const calls = readFileSync(log, 'utf8')
      .split('\n')
      .filter(line => /^\w+\(/.test(line))
    const own = calls.slice(0, calls.findLastIndex((line, at) => at > 0 && line.startsWith('execve(')) + 1)
    expect(own.length).toBeGreaterThan(10)
    expect(own.filter(line => /^(clone|clone3|fork|vfork|getdents64)\(/.test(line))).toEqual([])
    expect(own.length, own.join('\n')).toBeLessThanOrEqual(60)
  })
})
