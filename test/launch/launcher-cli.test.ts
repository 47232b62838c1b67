import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isLauncherCli, runLauncherCli } from '../../src/launch/launcher-cli.ts'
import { openPackage } from '../../src/package/package-file.ts'
import { refusal } from '../format/refusals.ts'
import { scratch } from '../support/scratch.ts'
import { writeShellPackage } from './shell-package.ts'

async function cli(path: string, words: readonly string[], environment: Record<string, string> = {}) {
  const out: string[] = []
  const io = { stdout: (text: string) => out.push(text), stderr: () => {}, isTerminal: () => false, now: () => 0 }
  const argv = [path, ...words]
  const status = await runLauncherCli({
    path,
    argv,
    environment: { PATH: '/usr/bin:/bin', ...environment },
    io,
    log: () => {},
  })
  return { status, text: out.join('') }
}

test.each(['1', 't', 'TRUE', 'on', 'Yes'])('§8.4 FLAVOR_LAUNCHER_CLI=%s asks for it', value => {
  expect(isLauncherCli({ FLAVOR_LAUNCHER_CLI: value })).toBe(true)
})

test.each([undefined, '', '0', 'false', 'no', '2'])('§8.4 FLAVOR_LAUNCHER_CLI=%s does not', value => {
  expect(isLauncherCli({ FLAVOR_LAUNCHER_CLI: value })).toBe(false)
})

describe('§8.4 what it prints was checked', () => {
  test('info, also without a command, for people and as an object', async () => {
    const { path, keyId, size } = await writeShellPackage(scratch())
    const { status, text } = await cli(path, [])
    expect(status).toBe(0)
    expect(text).toContain('sample 1.2.3 (PSPF/2025)\n')
    expect(text).toContain('verified: signature, launcher, 2 slots\n')
    expect((await cli(path, ['info'])).text).toBe(text)
    expect(JSON.parse((await cli(path, ['info', '--json'])).text)).toMatchObject({
      type: 'info',
      name: 'sample',
      version: '1.2.3',
      key_id: keyId,
      size,
      verified: true,
      launcher_covered: true,
      built_with: expect.stringMatching(/^flavor /),
      command: 'run',
    })
  })

  test('verify, also deep', async () => {
    const { path } = await writeShellPackage(scratch())
    expect(await cli(path, ['verify'])).toMatchObject({ status: 0, text: expect.stringContaining('2 slots; key') })
    expect((await cli(path, ['verify', '--deep'])).text).toContain('2 slots, decoded; key')
    expect(JSON.parse((await cli(path, ['verify', '--json', '--deep'])).text)).toMatchObject({
      type: 'verify',
      deep: true,
    })
  })

  test.each(['info', 'verify'])('%s refuses a package with a damaged slot', async command => {
    const { path } = await writeShellPackage(scratch())
    const pkg = openPackage(path)
    const offset = Number(pkg.slots[0]?.descriptor.offset)
    pkg.close()
    const bytes = readFileSync(path)
    bytes.writeUInt8(bytes.readUInt8(offset) ^ 1, offset)
    writeFileSync(path, bytes)
    await expect(cli(path, [command])).rejects.toThrowError(refusal('SLOT_DATA'))
  })

  test('metadata, byte for byte', async () => {
    const { path } = await writeShellPackage(scratch())
    const pkg = openPackage(path)
    expect((await cli(path, ['metadata'])).text).toBe(Buffer.from(pkg.metadataBytes).toString())
    pkg.close()
  })

  test('extract', async () => {
    const directory = scratch()
    const { path } = await writeShellPackage(directory)
    const out = join(directory, 'out')
    expect((await cli(path, ['extract', '1', out])).text).toMatch(/readme\.txt: 1 files, \d+ bytes\n$/)
    expect(JSON.parse((await cli(path, ['extract', '0', out, '--json'])).text)).toMatchObject({
      type: 'extract',
      files: 1,
    })
    expect(existsSync(join(out, '0_app/bin/run'))).toBe(true)
  })

  test('clean says what it removed', async () => {
    const { path } = await writeShellPackage(scratch())
    const environment = { FLAVOR_CACHE: join(scratch(), 'cache') }
    expect((await cli(path, ['clean'], environment)).text).toBe('')
    expect(JSON.parse((await cli(path, ['clean', '--json'], environment)).text)).toEqual({ type: 'clean', removed: [] })
    await expect(cli(path, ['clean', 'x'], environment)).rejects.toMatchObject({ code: 'LAUNCHER_CLI_USAGE' })
  })

  test('prepare unpacks without running', async () => {
    const directory = scratch()
    const { path } = await writeShellPackage(directory, { script: `touch ${join(directory, 'ran')}` })
    const environment = { FLAVOR_CACHE: join(directory, 'cache') }
    const first = JSON.parse((await cli(path, ['prepare', '--json'], environment)).text)
    expect(first).toMatchObject({ type: 'prepare', fresh: true, settled: true })
    expect((await cli(path, ['prepare'], environment)).text).toBe(`${first.root}\n`)
    expect(existsSync(join(first.root, 'bin/run'))).toBe(true)
    expect(existsSync(join(directory, 'ran'))).toBe(false)
  })

  test('help lists every command', async () => {
    const { path } = await writeShellPackage(scratch())
    const { text } = await cli(path, ['help'])
    for (const name of ['info', 'verify', 'metadata', 'extract', 'prepare', 'materialise', 'run', 'python', 'help']) {
      expect(text).toContain(`\n  ${name}`)
    }
    expect((await cli(path, ['--help'])).text).toBe(text)
    expect(JSON.parse((await cli(path, ['help', '--json'])).text).commands).toHaveLength(10)
  })
})

describe.runIf(process.platform !== 'win32')('§8.4 running', () => {
  test.each([
    ['run', 'run'],
    ['python', 'python3'],
  ])('%s passes everything on, --json too', async (command, program) => {
    const directory = scratch()
    const script = `echo "$@" >${join(directory, program)}; exit 7`
    const { path } = await writeShellPackage(directory, { script, programs: { python3: script } })
    const environment = { FLAVOR_CACHE: join(directory, 'cache'), FLAVOR_EXEC_MODE: 'spawn', FLAVOR_LAUNCHER_CLI: '1' }
    expect((await cli(path, [command, '-c', '--json'], environment)).status).toBe(7)
    expect(readFileSync(join(directory, program), 'utf8')).toBe('-c --json\n')
  })

  test('python says that there is none', async () => {
    const directory = scratch()
    const { path } = await writeShellPackage(directory)
    const environment = { FLAVOR_CACHE: join(directory, 'cache'), FLAVOR_EXEC_MODE: 'spawn' }
    await expect(cli(path, ['python'], environment)).rejects.toThrowError(refusal('PROGRAM_MISSING'))
  })
})

describe('§8.4 what it refuses', () => {
  test.each<[string[], string]>([
    [['bogus'], 'LAUNCHER_CLI_UNKNOWN'],
    [['constructor'], 'LAUNCHER_CLI_UNKNOWN'],
    [['info', 'x'], 'LAUNCHER_CLI_USAGE'],
    [['verify', '--quick'], 'LAUNCHER_CLI_USAGE'],
    [['extract'], 'LAUNCHER_CLI_USAGE'],
    [['extract', '0'], 'LAUNCHER_CLI_USAGE'],
    [['extract', '9', 'x'], 'LAUNCHER_CLI_USAGE'],
    [['extract', '00', 'x'], 'LAUNCHER_CLI_USAGE'],
    [['extract', '0', 'x', 'y'], 'LAUNCHER_CLI_USAGE'],
    [['prepare', '--all'], 'LAUNCHER_CLI_USAGE'],
    [['materialise'], 'LAUNCHER_CLI_USAGE'],
    [['materialise', 'a', 'b'], 'LAUNCHER_CLI_USAGE'],
    [['materialise', 'app'], 'SLOT_NOT_LAZY'],
  ])('%j', async (words, code) => {
    const { path } = await writeShellPackage(scratch())
    await expect(cli(path, words)).rejects.toThrowError(
      expect.objectContaining({ code, row: expect.objectContaining({ launcherExit: 105 }) }),
    )
  })
})
