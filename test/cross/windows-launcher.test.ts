import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OP_AES256_GCM, OP_TAR, OP_ZSTD } from '../../src/format/operations.ts'
import { type CrateTests, crateTests } from '../support/crate-tests.ts'
import { missingCross, platformOf, shippedLauncher } from '../support/cross-here.ts'
import { ROOT } from '../support/packed-app.ts'
import { TEST_KEY } from '../support/sample-plan.ts'
import { scratch } from '../support/scratch.ts'
import { BOB, pinLine, writeTrust } from '../support/trust-place.ts'
import { packForWindows, type WindowsApp } from '../support/windows-app.ts'
import { compileForWindows, startWine, WINE, type Wine, type WineOptions } from '../support/wine.ts'

/** What docs/launchers.md says of Windows, as far as wine is one. */

const MINUTES = 60_000

const unable = WINE === undefined ? 'needs wine' : await missingCross()

describe.skipIf(unable)(`windows_amd64 under wine${unable === undefined ? '' : `: ${unable}`}`, () => {
  let wine: Wine
  let launcher: { path: string; tool: string; toolVersion: string }
  let directory: string
  let probe: string
  let app: string

  const pack = (name: string, app?: WindowsApp) => packForWindows({ directory, launcher, probe }, name, app)

  /** With a cache of its own, where none is named. */
  async function run(path: string, args: readonly string[], options: WineOptions = {}) {
    const env = { FLAVOR_CACHE: `C:\\caches\\${Math.random().toString(36).slice(2)}`, ...options.env }
    return await wine.run(path, args, { ...options, env })
  }

  beforeAll(async () => {
    wine = await startWine()
    directory = join(wine.drive, `packages-${process.pid}`)
    mkdirSync(directory)
    probe = join(directory, 'probe.exe')
    await compileForWindows('test/cross/probe.c', probe, ['-municode'])
    launcher = await shippedLauncher('windows_amd64')
    app = await pack('app', {
      execution: {
        primary_slot: 0,
        command: 'probe',
        argv: ['probe'],
        argv0: 'invoked',
        commands: { other: { argv: ['{workenv}/bin/probe', 'the other command', 'q"uo\\te\\'] } },
      },
    })
  }, 60 * MINUTES)

  afterAll(async () => {
    await wine.stop()
    for (const path of [directory, join(wine.drive, 'caches')]) rmSync(path, { recursive: true, force: true })
  })

  test('says who it is', async () => {
    expect((await run(launcher.path, ['--version'])).stdout.toString()).toMatch(/^flavor-launcher .*\(windows x86_64\)/)
    expect(await run(launcher.path, [])).toMatchObject({ exitCode: 102 })
  })

  const HARD = [
    '',
    ' ',
    'a b',
    '"q"',
    'a"',
    'b\\',
    'b s\\',
    '\\"',
    '\\\\"',
    'a\\\\b',
    'é 日本 🚀',
    '%PATH%',
    '^&|<>',
    "it's",
    '-',
  ]

  test('(d) passes every argument on exactly, on the first run and on the next', async () => {
    const env = { FLAVOR_CACHE: 'C:\\caches\\arguments' }
    for (const args of [HARD, HARD, []]) {
      const { exitCode, stdout, stderr } = await run(app, args, { env })
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      const [first, ...rest] = stdout.toString().trimEnd().split('\n')
      expect(first).toMatch(/app\.psp>$/)
      expect(rest).toEqual(args.map(text => `<${text}>`))
    }
    expect(readdirSync(join(wine.drive, 'caches/arguments/staging'))).toEqual([])
  })

  test.each([0, 1, 42, 255, 256, 0xc0000005, 0xffffffff])('(e) exits with all bits of %i', async status => {
    const line = `"${windowsPath(app)}" exit ${status}`
    expect((await run(probe, ['status', line])).stdout.toString()).toBe(`${status}\n`)
  })

  test('stdin and stdout are the program’s, byte for byte', async () => {
    const input = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 31) % 256))
    const { stdout } = await run(app, ['copy'], { input })
    expect(stdout.equals(input)).toBe(true)
  })

  test('§7.1 variables are one whatever their case, and sorted', async () => {
    const env = { flavor_command_name: 'x', zeta: '1', Alpha: 'é', Beta: '2' }
    const { stdout } = await run(app, ['variables'], { env })
    const lines = stdout.toString().trimEnd().split('\n')
    const names = lines.map(line => line.slice(0, line.indexOf('=', 1)).toUpperCase())
    // These wine adds to every process by itself, at the end.
    const ours = names.filter(name => !/^(SYSTEM|WINE)/.test(name))
    expect(ours).toEqual([...ours].sort((one, other) => (one < other ? -1 : 1)))
    expect(new Set(names).size).toBe(names.length)
    expect(lines).toContain('Alpha=é')
    expect(lines.find(line => /^path=/i.test(line))).toMatch(/^path=C:\\caches\\\w+\\envs\\app-1.0-\w+\.1\\root\\bin;/i)
    expect(lines.filter(line => /^flavor_command_name=/i.test(line))).toEqual(['flavor_command_name=app.psp'])
  })

  test('§8.1 the name without `.exe` chooses the command', async () => {
    const renamed = join(directory, 'Other.EXE')
    copyFileSync(app, renamed)
    const named = join(directory, 'other.exe')
    copyFileSync(app, named)
    expect((await run(named, [])).stdout.toString()).toMatch(/other\.exe>\n<the other command>\n<q"uo\\te\\>\n$/)
    expect((await run(renamed, [])).stdout.toString()).toMatch(/Other\.EXE>\n$/)
  })

  test('§5.1 a damaged file runs nothing', async () => {
    const bytes = readFileSync(app)
    const at = bytes.indexOf(Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), readFileSync(launcher.path).length)
    bytes[at + 40] = (bytes[at + 40] ?? 0) ^ 1
    const damaged = join(directory, 'damaged.exe')
    writeFileSync(damaged, bytes)
    const { exitCode, stdout, stderr } = await run(damaged, ['x'])
    expect({ exitCode, stdout: stdout.toString() }).toEqual({ exitCode: 103, stdout: '' })
    expect(stderr).toMatch(/^flavor: error\[SLOT_/)
    const cut = join(directory, 'cut.exe')
    writeFileSync(cut, readFileSync(app).subarray(0, -100))
    expect(await run(cut, [])).toMatchObject({ exitCode: 102 })
  })

  test('§8.4 answers for itself where it is asked to', async () => {
    const env = { FLAVOR_LAUNCHER_CLI: '1' }
    const answer = async (...args: string[]) => {
      const { exitCode, stdout, stderr } = await run(app, args, { env })
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      return stdout.toString()
    }
    expect(JSON.parse(await answer('verify', '--deep', '--json'))).toMatchObject({
      verified: true,
      launcher_covered: true,
    })
    expect(JSON.parse(await answer('info', '--json'))).toMatchObject({ name: 'app', version: '1.0' })
    await answer('extract', '0', 'C:\\caches\\extracted')
    expect(readFileSync(join(wine.drive, 'caches/extracted/0_programs/probe.exe')).equals(readFileSync(probe))).toBe(
      true,
    )
    expect(await answer('run', '--', 'a b')).toMatch(/<a b>\n$/)
  })

  // Wine says itself where these are, whatever the variables of its caller say.
  test.each([
    ['APPDATA', 'users/*/AppData/Roaming'],
    ['ProgramData', 'ProgramData'],
  ])('trust §2.1 a keyring below %s decides whose packages run', async (_variable, pattern) => {
    const places = globSync(pattern, { cwd: wine.drive })
      .filter(path => !path.includes('Public'))
      .map(path => join(wine.drive, path, 'flavor/trust'))
    const pin = (text: string) => places.forEach(place => void writeTrust(place, { 'all.keys': text }))
    try {
      pin(pinLine(BOB, '*'))
      const { exitCode, stdout, stderr } = await run(app, ['x'])
      expect({ exitCode, stdout: stdout.toString() }).toEqual({ exitCode: 107, stdout: '' })
      expect(stderr).toMatch(/^flavor: error\[KEY_UNTRUSTED\]/)
      pin(pinLine(TEST_KEY, 'app'))
      expect(await run(app, ['exit', '8'])).toMatchObject({ exitCode: 8, stderr: '' })
      pin('nothing that is a key\n')
      expect(await run(app, ['x'])).toMatchObject({
        exitCode: 109,
        stderr: expect.stringContaining('error[TRUST_LINE]'),
      })
    } finally {
      for (const place of places) rmSync(dirname(place), { recursive: true })
    }
  })

  test('§4.7 an encrypted slot needs its key, and leaves nothing with a wrong one', async () => {
    const slot = { keySource: 'env:APP_KEY', operations: [OP_TAR, OP_ZSTD, OP_AES256_GCM] }
    const key = 'a5'.repeat(32)
    const slotKeys = { environment: { APP_KEY: key } }
    const path = await pack('encrypted', { slot, options: { slotKeys } })
    const cache = 'C:\\caches\\encrypted'
    for (const [APP_KEY, code] of [
      ['', 'SLOT_KEY_UNAVAILABLE'],
      ['5a'.repeat(32), 'SLOT_KEY_WRONG'],
    ] as const) {
      const { exitCode, stdout, stderr } = await run(path, ['x'], { env: { FLAVOR_CACHE: cache, APP_KEY } })
      expect({ code, exitCode, stdout: stdout.toString() }).toEqual({ code, exitCode: 110, stdout: '' })
      expect(stderr).toContain(`error[${code}]`)
      expect(readdirSync(join(wine.drive, 'caches/encrypted/envs')).filter(name => /\.(\d+|seal)$/.test(name))).toEqual(
        [],
      )
    }
    for (const _run of [1, 2])
      expect(await run(path, ['exit', '9'], { env: { FLAVOR_CACHE: cache, APP_KEY: key } })).toMatchObject({
        exitCode: 9,
      })
  })

  test('a cache whose path is not ASCII', async () => {
    const env = { FLAVOR_CACHE: 'C:\\caches\\é 日本' }
    for (const _run of [1, 2]) {
      const { exitCode, stdout, stderr } = await run(app, ['é'], { env })
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
      expect(stdout.toString()).toMatch(/<é>\n$/)
    }
  })

  test('a cache whose path is longer than MAX_PATH is published, though wine starts no program there', async () => {
    const names = Array.from({ length: 30 }, () => 'a long name')
    const env = { FLAVOR_CACHE: `C:\\caches\\${names.join('\\')}` }
    for (const _run of [1, 2]) expect((await run(app, [], { env })).stderr).toMatch(/^flavor: error\[PROGRAM_START\]/)
    const made = readdirSync(join(wine.drive, 'caches', ...names, 'envs')).map(name =>
      name.replace(/^app-1\.0-\w+/, ''),
    )
    expect(made.sort()).toEqual(['.1', '.1.lock', '.lock', '.seal'])
  })

  test('workenv §1.1 the cache is in LOCALAPPDATA', async () => {
    const local = await pack('local')
    expect((await run(local, [], { env: { FLAVOR_CACHE: '' } })).stderr).toBe('')
    const users = join(wine.drive, 'users')
    const caches = readdirSync(users)
      .map(user => join(users, user, 'AppData/Local/flavor'))
      .filter(existsSync)
    expect(caches.map(path => readdirSync(path).sort())).toEqual([['envs', 'slots', 'staging']])
    for (const path of caches) rmSync(path, { recursive: true })
  })

  test('workenv §6.2 of two first runs one publishes, and both run', async () => {
    const env = { FLAVOR_CACHE: 'C:\\caches\\race' }
    const both = await Promise.all([run(app, ['1'], { env }), run(app, ['2'], { env })])
    expect(both.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, ''],
      [0, ''],
    ])
    const names = readdirSync(join(wine.drive, 'caches/race/envs')).map(name => name.replace(/^app-1\.0-\w+/, ''))
    expect(names.sort()).toEqual(['.1', '.1.lock', '.lock', '.seal'])
  })

  test('workenv §7.6 damage is healed', async () => {
    const env = { FLAVOR_CACHE: 'C:\\caches\\healed' }
    await run(app, [], { env })
    const [name] = readdirSync(join(wine.drive, 'caches/healed/envs')).filter(text => text.endsWith('.1'))
    const program = join(wine.drive, 'caches/healed/envs', name ?? '', 'root/bin/probe.exe')
    writeFileSync(program, 'x')
    expect(await run(app, ['exit', '5'], { env })).toMatchObject({ exitCode: 5 })
    expect(readFileSync(program).equals(readFileSync(probe))).toBe(true)
  })

  test('workenv §4.2 a slot that others share is the package’s own', async () => {
    const shared = await pack('shared', { slot: { share: true } })
    expect(await run(shared, ['exit', '6'], { env: { FLAVOR_CACHE: 'C:\\caches\\shared' } })).toMatchObject({
      exitCode: 6,
    })
    expect(readdirSync(join(wine.drive, 'caches/shared/slots'))).toEqual([])
  })

  test('§7.5 setup commands run once, and their failure runs nothing', async () => {
    const commands = (...texts: string[]) => texts.map(command => ({ type: 'execute', command }) as const)
    const good = await pack('good', { setupCommands: commands('probe "a b"') })
    expect(await run(good, ['exit', '7'])).toMatchObject({ exitCode: 7, stderr: '' })
    const bad = await pack('bad', { setupCommands: commands('probe exit 3') })
    const { exitCode, stderr, stdout } = await run(bad, [])
    expect(stderr).toContain('exited with 3')
    expect({ exitCode, stdout: stdout.toString() }).toEqual({ exitCode: 104, stdout: '' })
  })

  test('§8.1 a program that is not there, and a batch file', async () => {
    const programs = ['run.bat']
    const argv = (text: string) => ({ execution: { primary_slot: 0, command: text, argv: [text] } })
    for (const [name, program, code] of [
      ['absent', 'absent', 'PROGRAM_MISSING'],
      ['batch', 'run.bat', 'PROGRAM_FORMAT'],
    ] as const) {
      const path = await pack(name, { ...argv(program), programs })
      const { exitCode, stderr } = await run(path, ['&calc'])
      expect(stderr).toContain(`error[${code}]`)
      expect(exitCode).toBe(104)
    }
  })

  test('a launcher that is killed takes its program with it', async () => {
    const file = windowsPath(join(directory, 'killed'))
    const { stdout } = await run(probe, ['kill', file, `"${windowsPath(app)}" wait "${file}"`])
    expect(stdout.toString()).toBe('launcher 9, program ended\n')
  })

  test('CTRL_C at a console is the program’s, and its answer the launcher’s', async () => {
    const file = join(directory, 'interrupted')
    const args = [join(ROOT, 'test/cross/interrupt.py'), file, WINE ?? '', app, 'wait', windowsPath(file)]
    const env = { ...wine.variables, FLAVOR_CACHE: 'C:\\caches\\console' }
    expect(await execa('python3', args, { env, extendEnv: false })).toMatchObject({ stdout: '77' })
  })

  function windowsPath(path: string): string {
    return `C:${path.slice(wine.drive.length).replaceAll('/', '\\')}`
  }

  describe('the crate', () => {
    let tests: CrateTests

    beforeAll(async () => {
      tests = await crateTests(platformOf('windows_amd64'))
    }, 60 * MINUTES)

    test.each(['vectors', 'unit'] as const)('passes its tests: %s', async kind => {
      const vectors = `Z:${join(ROOT, 'spec/vectors').replaceAll('/', '\\')}`
      const { exitCode, stdout, stderr } = await run(tests[kind], [], {
        env: { FLAVOR_VECTORS: vectors },
        cwd: scratch(),
      })
      expect(`${stdout}${stderr}`).toMatch(/test result: ok\. [1-9]/)
      expect(exitCode).toBe(0)
    })
  })
})
