import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, test } from 'vitest'
import { callsOfLauncher } from '../../scripts/benchmarks/statistics.ts'
import { searchPath } from '../../src/tools/search-path.ts'
import { VERSION } from '../../src/version.ts'
import { writeShellPackage } from '../launch/shell-package.ts'
import { crateTests } from '../support/crate-tests.ts'
import { missingCross, platformOf, shippedLauncher } from '../support/cross-here.ts'
import { LC_BUILD_VERSION, LC_LOAD_DYLINKER, LC_MAIN, LC_SEGMENT_64, readMachO } from '../support/mach-o.ts'
import { ROOT } from '../support/packed-app.ts'
import { scratch } from '../support/scratch.ts'

/** Minutes for each launcher that is not in the store yet, on a machine that has other things to do. */
const BUILD_TIMEOUT = 1_800_000
/** The launcher is in every package. */
const MAX_MUSL_BYTES = 700 * 1000
const unable = await missingCross()
const [qemu] = ['qemu-aarch64-static', 'qemu-aarch64'].flatMap(name => searchPath(name, process.env))
const withoutQemu = unable ?? (qemu === undefined ? 'needs qemu-user-static' : undefined)
const named = (name: string, reason: string | undefined) => (reason === undefined ? name : `${name}: ${reason}`)

/** The package of a shell script, which runs wherever there is a /bin/sh: what is for another processor is the launcher. */
async function pack(platform: string, directory: string) {
  const { path, tool, toolVersion } = await shippedLauncher(platform)
  const script = 'printf "<%s>" "$@"; exit 7'
  return (await writeShellPackage(directory, { script, options: { launcher: { path, tool, toolVersion } } })).path
}

function emulated(args: readonly string[], env: Record<string, string> = {}) {
  return execa(qemu ?? '', args, { env: { PATH: process.env.PATH ?? '', ...env }, extendEnv: false, reject: false })
}

describe.skipIf(unable)(named('linux_amd64', unable), () => {
  test('is static, says who it is, and is at most 700 kB', { timeout: BUILD_TIMEOUT }, async () => {
    const { path, size } = await shippedLauncher('linux_amd64')
    expect((await execa(path, ['--version'])).stdout).toContain(`flavor-launcher ${VERSION}`)
    expect(loaderOf(readFileSync(path))).toBe(false)
    expect(size).toBeLessThanOrEqual(MAX_MUSL_BYTES)
  })

  const withoutStrace = searchPath('strace', process.env).length === 0 ? 'needs strace' : undefined
  const name =
    'a warm start takes at most 60 system calls with a long environment too, which musl asked the system for piece by piece'
  test.skipIf(withoutStrace)(named(name, withoutStrace), { timeout: BUILD_TIMEOUT }, async () => {
    const directory = scratch()
    const path = await pack('linux_amd64', directory)
    const long = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`VARIABLE_${at}`, 'x'.repeat(30 * at)]))
    const env = { ...long, PATH: process.env.PATH ?? '', FLAVOR_CACHE: join(directory, 'cache') }
    const log = join(directory, 'strace')
    const options = { env, extendEnv: false, reject: false }
    await execa(path, [], options)
    expect((await execa('strace', ['-o', log, path], options)).exitCode).toBe(7)
    const calls = callsOfLauncher(readFileSync(log, 'utf8'))
    expect(calls).toBeGreaterThan(10)
    expect(calls).toBeLessThanOrEqual(60)
  })
})

describe.skipIf(withoutQemu)(named('linux_arm64 under qemu-user', withoutQemu), () => {
  test('is static, says who it is, and is at most 700 kB', { timeout: BUILD_TIMEOUT }, async () => {
    const { path, size } = await shippedLauncher('linux_arm64')
    expect((await emulated([path, '--version'])).stdout).toContain(`flavor-launcher ${VERSION}`)
    expect(loaderOf(readFileSync(path))).toBe(false)
    expect(size).toBeLessThanOrEqual(MAX_MUSL_BYTES)
  })

  test('reads every vector as it says', { timeout: BUILD_TIMEOUT }, async () => {
    const { vectors } = await crateTests(platformOf('linux_arm64'))
    const env = { FLAVOR_VECTORS: join(ROOT, 'spec/vectors') }
    const { exitCode, stdout, stderr } = await emulated([vectors, '--nocapture'], env)
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    expect(stdout).toMatch(/^test result: ok\. [1-9]\d* passed; 0 failed; 0 ignored/m)
    // The program itself fails where a kind has no vector; these lines prove that it got there.
    for (const kind of ['package', 'zstd', 'ed25519', 'setup']) {
      expect(stdout).toMatch(new RegExp(`^ *[1-9]\\d* ${kind}$`, 'm'))
    }
  })

  test('passes the tests of its modules', { timeout: BUILD_TIMEOUT }, async () => {
    const { unit } = await crateTests(platformOf('linux_arm64'))
    const { exitCode, stdout } = await emulated([unit])
    expect(stdout).toMatch(/^test result: ok\. [1-9]\d* passed; 0 failed; 0 ignored/m)
    expect(exitCode).toBe(0)
  })

  test('unpacks a package and runs it, then runs it again; arguments and exit status are as they should', {
    timeout: BUILD_TIMEOUT,
  }, async () => {
    const directory = scratch()
    const path = await pack('linux_arm64', directory)
    const cache = join(directory, 'cache')
    expect(existsSync(cache)).toBe(false)
    for (const word of ['first', 'ünï *']) {
      const { exitCode, stdout, stderr } = await emulated([path, word, ''], { FLAVOR_CACHE: cache })
      expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 7, stdout: `<${word}><>`, stderr: '' })
    }
    expect(readdirSync(join(cache, 'envs')).filter(name => name.endsWith('.seal'))).toHaveLength(1)
  })

  test('verifies a package, and refuses it when one byte behind the launcher is another', {
    timeout: BUILD_TIMEOUT,
  }, async () => {
    const path = await pack('linux_arm64', scratch())
    const cli = { FLAVOR_LAUNCHER_CLI: '1' }
    expect(await emulated([path, 'verify'], cli)).toMatchObject({ exitCode: 0, stderr: '' })
    const bytes = readFileSync(path)
    const { size } = await shippedLauncher('linux_arm64')
    // Of the metadata, which come first.
    bytes.writeUInt8(bytes.readUInt8(size + 16) ^ 1, size + 16)
    writeFileSync(path, bytes)
    const { exitCode, stderr } = await emulated([path, 'verify'], cli)
    expect(exitCode).toBeGreaterThan(100)
    expect(stderr.split('\n')).toHaveLength(1)
  })
})

describe.skipIf(unable).each(['amd64', 'arm64'] as const)(
  named('darwin_%s, of which only the structure can be checked here', unable),
  arch => {
    test('is an executable for its processor, and what is signed has the bytes that were signed, also with a package behind it', {
      timeout: BUILD_TIMEOUT,
    }, async () => {
      const { path } = await shippedLauncher(`darwin_${arch}`)
      for (const file of [path, await pack(`darwin_${arch}`, scratch())]) {
        const { cpu, commands, signature } = readMachO(readFileSync(file))
        expect(cpu).toBe(arch)
        for (const command of [LC_SEGMENT_64, LC_LOAD_DYLINKER, LC_MAIN, LC_BUILD_VERSION]) {
          expect(commands).toContain(command)
        }
        // An arm64 Mac runs nothing unsigned; an Intel one does, and zig signs only for the former.
        if (arch === 'amd64') expect(signature).toBeUndefined()
        else {
          expect(signature).toMatchObject({ adHoc: true, wrongPages: [] })
          expect(signature?.pages).toBeGreaterThan(0)
        }
      }
    })
  },
)

describe.skipIf(unable).each([
  ['amd64', 0x8664],
  ['arm64', 0xaa64],
] as const)(named('windows_%s', unable), (arch, machine) => {
  test('is an executable for its processor', { timeout: BUILD_TIMEOUT }, async () => {
    const bytes = readFileSync((await shippedLauncher(`windows_${arch}`)).path)
    const header = bytes.readUInt32LE(0x3c)
    expect(bytes.toString('latin1', header, header + 4)).toBe('PE\0\0')
    expect(bytes.readUInt16LE(header + 4)).toBe(machine)
  })
})

/** Whether an ELF file asks for a dynamic loader. */
function loaderOf(elf: Buffer): boolean {
  const [PT_INTERP, count] = [3, elf.readUInt16LE(56)]
  const [table, size] = [Number(elf.readBigUInt64LE(32)), elf.readUInt16LE(54)]
  return Array.from({ length: count }, (_, header) => elf.readUInt32LE(table + header * size)).includes(PT_INTERP)
}
