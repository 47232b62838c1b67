import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BUILD_TIMEOUT, LAUNCHERS } from '../support/launched.ts'
import { bareRoot, missing } from '../support/machines.ts'
import { fileSlot } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'

/** What both launchers do, each in a package of its own. */

const run = (path: string, args: readonly string[], env: Record<string, string> = {}, more = {}) =>
  spawnSync(path, args, { env, encoding: 'utf8', ...more })

describe.each(LAUNCHERS)('%s: a packed file', (_kind, packWith) => {
  // One for all, because each is 150 MB: it does what the variable SCRIPT says.
  const directory = mkdtempSync(join(tmpdir(), 'flavor-launched-'))
  let path: string
  let environment: Record<string, string>

  beforeAll(async () => {
    const pack = await packWith(directory, { script: 'eval "$SCRIPT"' })
    path = pack.path
    environment = pack.environment
  }, BUILD_TIMEOUT)

  afterAll(() => rmSync(directory, { recursive: true, force: true }))

  test('(d) passes every argument on, through a symlink and from another directory', () => {
    const SCRIPT = 'printf "<%s>" "$@"; echo'
    const link = join(directory, 'a link')
    symlinkSync(path, link)
    const args = ['', 'a b', '"q"', "it's", 'é\n日本', '--version', '--help', '-e', '--node-options=x', '--', '*']
    const result = run(link, args, { ...environment, SCRIPT }, { cwd: '/' })
    expect(result).toMatchObject({ status: 0, stdout: `${args.map(text => `<${text}>`).join('')}\n`, stderr: '' })
  })

  test.each([0, 1, 42, 255])('(e) exits with %i as the program does', status => {
    expect(run(path, [], { ...environment, SCRIPT: `exit ${status}` }).status).toBe(status)
  })

  test.each(['SIGINT', 'SIGTERM', 'SIGKILL'])('(e) dies by %s as the program does', signal => {
    expect(run(path, [], { ...environment, SCRIPT: `kill -${signal.slice(3)} $$` }).signal).toBe(signal)
  })

  test('(f) drives a terminal: the program has it, and its signals', () => {
    const SCRIPT = 'test -t 0 && test -t 1 && test -t 2 && ps -o stat= -p $$ | tr -d " \\n"; stty size'
    const code = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)'
    const result = run('/usr/bin/env', ['python3', '-c', code, path], { ...environment, SCRIPT })
    expect(result.status).toBe(0)
    // `+`: in the foreground, so that Ctrl-C reaches it.
    expect(result.stdout).toMatch(/^S\S*\+\d+ \d+\r\n$/)
  })

  test('§8.2 knows the path that was typed', () => {
    const env = { ...environment, SCRIPT: 'echo "$FLAVOR_ORIGINAL_COMMAND $FLAVOR_COMMAND_NAME"' }
    expect(run('/bin/sh', ['-c', './app.psp'], env, { cwd: directory }).stdout).toBe('./app.psp app.psp\n')
    expect(run(path, [], { ...env, PATH: `${directory}:/usr/bin:/bin` }).stdout).toBe(`${path} app.psp\n`)
  })

  test('§8.4 answers for itself where it is asked to', () => {
    const asked = { ...environment, FLAVOR_LAUNCHER_CLI: '1' }
    const { stdout, status } = run(path, ['verify', '--deep', '--json'], asked)
    expect({ status, ...JSON.parse(stdout) }).toMatchObject({
      status: 0,
      verified: true,
      launcher_covered: true,
      deep: true,
    })
    expect(run(path, ['bogus'], asked)).toMatchObject({ status: 105, stdout: '' })
  })

  test('§8.5 a copy that was cut', () => {
    const cut = join(directory, 'cut')
    writeFileSync(cut, readFileSync(path).subarray(0, -1), { mode: 0o755 })
    expect(run(cut, [], environment)).toMatchObject({ status: 102, stderr: expect.stringContaining('fetch it again') })
  })
})

describe.each(LAUNCHERS)('%s: §8.3 finding itself', (_kind, packWith) => {
  const unable = missing('linux', 'root', 'chroot')

  test.skipIf(unable)(`without /proc, whatever argv[0] says${unable ? `: ${unable}` : ''}`, async () => {
    const directory = scratch()
    const echo = join(directory, 'echo')
    copyFileSync('/bin/echo', echo)
    const { path } = await packWith(directory, {
      changes: {
        execution: { command: 'echo', argv: ['echo', 'alive'] },
        slots: [{ ...fileSlot('echo', echo, 'bin/echo'), permissions: 0o755 }],
      },
    })
    const root = bareRoot(join(directory, 'root'), path)
    mkdirSync(join(root, 'else'))
    // A program of another name in the way of a launcher that believes argv[0].
    writeFileSync(join(root, 'else/forged'), 'no package')
    const code = `import os, sys; os.chroot(sys.argv[1]); os.chdir('/else'); os.execve('/app', sys.argv[2:], {'FLAVOR_CACHE': '/tmp/c'})`
    for (const argv of [['/app'], ['forged'], ['./nothing']]) {
      const result = spawnSync('python3', ['-c', code, root, ...argv, 'x'], { encoding: 'utf8' })
      expect(result).toMatchObject({ stderr: '', status: 0, stdout: 'alive x\n' })
    }
  })

  const noSetpriv = missing('linux', 'root', 'setpriv')

  test.skipIf(noSetpriv)(
    `a file that may be run but not read says so${noSetpriv ? `: ${noSetpriv}` : ''}`,
    async () => {
      const directory = scratch()
      const { path } = await packWith(directory)
      chmodSync(directory, 0o755)
      chmodSync(path, 0o711)
      const args = ['--reuid=65534', '--regid=65534', '--clear-groups', path]
      const result = spawnSync('setpriv', args, { env: { PATH: process.env.PATH ?? '' }, encoding: 'utf8' })
      expect(result).toMatchObject({ status: 106, stderr: expect.stringContaining('error[SELF_NOT_READABLE]') })
    },
  )
})

describe.each(LAUNCHERS)('%s: §8.5 what cannot run says why', (_kind, packWith) => {
  const unable = missing('linux', 'root', 'unshare')

  test.skipIf(unable)(`a cache that is mounted noexec is passed over${unable ? `: ${unable}` : ''}`, async () => {
    const directory = scratch()
    const { path, environment } = await packWith(directory)
    mkdirSync(environment.FLAVOR_CACHE ?? '', { mode: 0o700 })
    const script = 'mount -t tmpfs -o noexec,mode=0700 none "$1" && shift && exec env -i "$@"'
    const variables = [`FLAVOR_CACHE=${environment.FLAVOR_CACHE}`, `HOME=${directory}`, 'PATH=/usr/bin:/bin']
    const result = await execa(
      'unshare',
      ['-m', 'sh', '-c', script, 'sh', environment.FLAVOR_CACHE ?? '', ...variables, path, 'x'],
      { reject: false },
    )
    expect(result).toMatchObject({ exitCode: 0, stdout: '<x>' })
    expect(existsSync(join(directory, '.cache/flavor/envs'))).toBe(true)
  })
})
