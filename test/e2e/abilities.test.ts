import { chmodSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { execa, execaSync } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { missing, runHidden } from '../support/machines.ts'
import { type PackedApp, packFixture } from '../support/packed-app.ts'

const unable = missing('linux', 'root', 'unshare')
/** CPython falls back silently to the prefix that it was built for, so every such place is hidden from what runs. */
const PREFIXES = [join(homedir(), '.pyenv'), '/usr/lib/python3', '/usr/lib/python3.11', '/usr/local/lib']

let app: PackedApp
let env: Record<string, string>

beforeAll(async () => {
  app = await packFixture('abilities')
  env = { FLAVOR_CACHE: join(app.directory, 'cache'), PATH: '/usr/bin:/bin' }
})

afterAll(() => app?.remove())

async function ability(name: string, more: Record<string, string> = {}) {
  const done = await runHidden(app.path, { args: [name], env: { ...env, ...more }, hide: PREFIXES })
  expect(done.stderr).toBe('')
  return JSON.parse(done.stdout)
}

describe.skipIf(unable)(`what a Python program can do${unable ? `: ${unable}` : ''}`, () => {
  test.each([
    ['multiprocessing', { squares: [0, 1, 4, 9, 16], in_other_processes: true }],
    ['ssl', { certificates: true }],
    ['sqlite', { sum: 6 }],
    ['ctypes', { abs: 7 }],
    ['zoneinfo', { offset_hours: 2 }],
    ['traceback', { source_line: true }],
    ['data', { text: 'from the package data' }],
    ['compression', { bz2: true, lzma: true, zlib: true }],
    ['metadata', { version: '2.1.0', plugins: ['extras of acme'], has_files: true }],
    ['subprocess', { same_prefix: true, own_module: true, user_site: 'False' }],
    ['tool', { status: 5 }],
    ['lazy', { was_there: false, text: 'unpacked when it was asked for\n', same: true }],
  ])('%s', async (name, expected) => {
    expect(await ability(name)).toMatchObject(expected)
  })

  test('sys.executable and every import lie in the work environment, argv[0] is what was typed', async () => {
    const found = await ability('arguments')
    expect(found.argv).toEqual([app.path, 'arguments'])
    for (const path of [found.executable, found.prefix, ...found.path])
      expect(path).toContain(join(app.directory, 'cache'))
  })

  test('PYTHONPATH, PYTHONHOME and the user site-packages of the caller change nothing, in children neither', async () => {
    const planted = join(app.directory, 'planted')
    const site = join(planted, '.local/lib/python3.11/site-packages')
    mkdirSync(join(site, 'abilities'), { recursive: true })
    for (const directory of [planted, site]) writeFileSync(join(directory, 'json.py'), 'raise SystemExit("planted")')
    writeFileSync(join(site, 'usercustomize.py'), 'raise SystemExit("planted")')
    const hostile = { PYTHONPATH: planted, PYTHONHOME: planted, HOME: planted, PYTHONUSERBASE: join(planted, '.local') }
    expect(await ability('subprocess', hostile)).toMatchObject({
      same_prefix: true,
      own_module: true,
      user_site: 'False',
    })
  })
})

test.skipIf(unable)('children start scripts by name where the path of the cache holds blanks', async () => {
  expect(await ability('tool', { FLAVOR_CACHE: join(app.directory, 'a cache with blanks') })).toEqual({ status: 5 })
})

test.skipIf(unable)('venv makes an environment of the packed interpreter, and says that it has no pip', async () => {
  const place = join(app.directory, 'venv')
  const python = (args: readonly string[]) =>
    runHidden(app.path, { args: ['python', ...args], env: { ...env, FLAVOR_LAUNCHER_CLI: '1' }, hide: PREFIXES })
  expect(await python(['-m', 'venv', '--without-pip', place])).toMatchObject({ exitCode: 0, stdout: '', stderr: '' })
  const code = 'import json, sys; print(json.dumps([sys.prefix, sys.base_prefix]))'
  const inside = await runHidden(join(place, 'bin/python3'), { args: ['-c', code], env: {}, hide: PREFIXES })
  expect(inside.stderr).toBe('')
  expect(JSON.parse(inside.stdout)).toEqual([place, expect.stringContaining(join(app.directory, 'cache'))])
  const withPip = await python(['-m', 'venv', join(app.directory, 'with-pip')])
  expect(withPip).toMatchObject({ exitCode: 1, stderr: expect.not.stringContaining('Traceback') })
  expect(`${withPip.stdout}${withPip.stderr}`).toContain("'-m', 'ensurepip'")
})

test.skipIf(unable)('a run writes nothing into the work environment, whatever the optimisation level', async () => {
  const cache = join(app.directory, 'cache-of-nobody')
  mkdirSync(cache)
  execaSync('chown', ['65534:65534', cache])
  chmodSync(cache, 0o700)
  const run = (more: Record<string, string>) =>
    runHidden(app.path, {
      args: ['metadata'],
      env: { FLAVOR_CACHE: cache, ...more },
      hide: PREFIXES,
      uid: 65534,
      cwd: '/',
    })
  const files = () =>
    readdirSync(cache, { recursive: true })
      .filter(path => /\/root\/|^slots\//.test(`${path}`))
      .sort()
  expect((await run({})).exitCode).toBe(0)
  const before = files()
  expect(before.length).toBeGreaterThan(1000)
  for (const level of ['', '1', '2']) expect((await run({ PYTHONOPTIMIZE: level })).exitCode).toBe(0)
  expect(files()).toEqual(before)
})

describe('(e) ends exactly as the program does', () => {
  const run = (...args: string[]) =>
    execa(app.path, args, { env: { ...env, FLAVOR_COMMAND: 'abilities-exit' }, extendEnv: false, reject: false })

  test.each([0, 1, 42, 255])('exit code %d', async code => {
    expect((await run('code', `${code}`)).exitCode).toBe(code)
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGKILL', 'SIGSEGV'])('death by %s', async signal => {
    const done = await run('signal', signal)
    expect([done.exitCode, done.signal]).toEqual([undefined, signal])
  })

  test('with its child instead of itself (FLAVOR_EXEC_MODE=spawn) as well', async () => {
    const spawned = { ...env, FLAVOR_COMMAND: 'abilities-exit', FLAVOR_EXEC_MODE: 'spawn' }
    const options = { env: spawned, extendEnv: false, reject: false } as const
    expect((await execa(app.path, ['code', '42'], options)).exitCode).toBe(42)
    expect((await execa(app.path, ['signal', 'SIGTERM'], options)).signal).toBe('SIGTERM')
  })
})

test('(f) standard input goes through byte by byte', async () => {
  const input = Buffer.from(Array.from({ length: 70_000 }, (_, position) => position % 256))
  const done = await execa(app.path, ['echo'], {
    input,
    encoding: 'buffer',
    env: { ...env, FLAVOR_COMMAND: 'abilities-exit' },
    extendEnv: false,
  })
  expect(Buffer.compare(Buffer.from(done.stdout), input)).toBe(0)
})

test('(f) drives a terminal', async () => {
  const script = [
    'import os, pty, sys',
    'seen = b""',
    'pid, fd = pty.fork()',
    'if pid == 0: os.execv(sys.argv[1], sys.argv[1:])',
    'while b"name? " not in seen: seen += os.read(fd, 1024)',
    'os.write(fd, b"me\\n")',
    'try:',
    '    while True: seen += os.read(fd, 1024)',
    'except OSError: pass',
    'print(seen.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))',
  ].join('\n')
  const done = await execa('python3', ['-c', script, app.path, 'terminal'], {
    env: { ...env, FLAVOR_COMMAND: 'abilities-exit' },
  })
  expect(done.stdout).toContain('[True, True, True]')
  expect(done.stdout.trimEnd()).toMatch(/me\s+0$/)
})

test('a link of the name of a command starts that command, and an unknown FLAVOR_COMMAND is refused with the list', async () => {
  const link = join(app.directory, 'abilities-exit')
  symlinkSync(app.path, link)
  expect((await execa(link, ['code', '7'], { env, extendEnv: false, reject: false })).exitCode).toBe(7)
  const refused = await execa(app.path, [], {
    env: { ...env, FLAVOR_COMMAND: 'nothing' },
    extendEnv: false,
    reject: false,
  })
  expect(refused.exitCode).toBeGreaterThanOrEqual(101)
  expect(refused.stderr).toContain('abilities-exit')
  expect(refused.stderr).not.toMatch(/\n {4}at /)
})
