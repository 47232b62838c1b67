import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildNative, compileCrate } from '../../../../src/builders/launcher/native/build-native.ts'
import { hostTarget } from '../../../../src/builders/launcher/native/native-targets.ts'
import { listRust } from '../../../../src/tools/rust.ts'
import { refusal } from '../../../format/refusals.ts'
import { FAKE_COMMIT, FAKE_HOST, fakeRust, makesLauncher } from '../../../support/rust-toolchain.ts'
import { scratch } from '../../../support/scratch.ts'

/** A crate that is an empty directory, and a cargo that is a script. */
async function fakeBuild(cargo: string, environment: Record<string, string> = {}, hashes = ['same']) {
  const [cacheDirectory, directory] = [scratch(), scratch()]
  const PATH = fakeRust({ cargo })
  const [rust] = await listRust({ environment: { PATH } })
  if (rust === undefined) throw new Error('it was just made')
  const target = hostTarget({ os: 'linux', arch: 'amd64' }, FAKE_HOST)
  const sources = { directory, hash: () => hashes.shift() ?? 'same' }
  const context = { cacheDirectory, environment: { HOME: '/home/somebody', ...environment, PATH } }
  return { what: { sources, target, rust, shipped: false }, context, directory }
}

async function build(...how: Parameters<typeof fakeBuild>) {
  const { what, context, directory } = await fakeBuild(...how)
  const output = join(context.cacheDirectory, 'launcher')
  await buildNative(what, output, context)
  return { text: readFileSync(output, 'utf8'), cache: context.cacheDirectory, directory }
}

test('what cargo makes is the launcher; what it compiled stays in the cache, and nothing in the sources', async () => {
  const { text, cache, directory } = await build(makesLauncher('exit 7'))
  expect(text).toBe('#!/bin/sh\nexit 7\n')
  expect(existsSync(join(cache, 'launchers/.cargo'))).toBe(true)
  expect(readdirSync(directory)).toEqual([])
})

const SAY_ENVIRONMENT = `${makesLauncher('')}\nenv > "$TARGET_DIR/$TRIPLE/release/flavor-launcher"`

test('no variable of the caller reaches the compilers, but those that say where tools and registries are', async () => {
  const steering = { RUSTFLAGS: '-g', CFLAGS: '-O0', CARGO_PROFILE_RELEASE_OPT_LEVEL: '0', RUSTC_WRAPPER: 'x', CC: 'y' }
  const kept = { CARGO_HOME: '/somewhere', HTTPS_PROXY: 'p', RUSTUP_TOOLCHAIN: 'stable' }
  const { text } = await build(SAY_ENVIRONMENT, { ...steering, ...kept })
  for (const name of Object.keys(steering)) expect(text).not.toMatch(new RegExp(`^${name}=`, 'm'))
  for (const [name, value] of Object.entries(kept)) expect(text).toContain(`${name}=${value}\n`)
})

test('paths of the machine are named the same everywhere', async () => {
  const { text, directory } = await build(SAY_ENVIRONMENT)
  const flags = /^CARGO_ENCODED_RUSTFLAGS=(.*)$/m.exec(text)?.[1]?.split('\x1f')
  expect(flags).toContain('-Ctarget-feature=+crt-static')
  expect(flags).toContain(`--remap-path-prefix=${directory}=/flavor-launcher`)
  expect(flags).toContain('--remap-path-prefix=/home/somebody/.cargo=/cargo')
  // As the compiled standard library names its sources where they are not installed.
  expect(flags?.some(flag => flag.endsWith(`/lib/rustlib/src/rust=/rustc/${FAKE_COMMIT}`))).toBe(true)
})

test('a failure says what cargo said, from its first error', async () => {
  const failure = build('echo "   Compiling x" >&2; echo "error: no space left" >&2; exit 101')
  await expect(failure).rejects.toMatchObject({
    code: 'LAUNCHER_BUILD',
    message: 'the native launcher for linux_amd64 cannot be built: error: no space left',
  })
  await expect(build('exit 0')).rejects.toThrowError(refusal('LAUNCHER_BUILD'))
})

test('sources that change while they are compiled give no launcher under the hash of the former', async () => {
  const failure = build(makesLauncher(''), {}, ['before', 'after'])
  await expect(failure).rejects.toMatchObject({ code: 'LAUNCHER_BUILD', message: expect.stringContaining('changed') })
})

test('what else is compiled of the crate is for the same target, with the same flags', async () => {
  const { what, context, directory } = await fakeBuild('printf "%s\\n" "$@"; pwd; env')
  const { ok, stdout } = await compileCrate(what, ['--tests'], context)
  expect(ok).toBe(true)
  expect(stdout.split('\n')).toEqual(
    expect.arrayContaining(['--tests', '--locked', `--target=${FAKE_HOST}`, directory]),
  )
  expect(stdout).toContain('-Ctarget-feature=+crt-static')
  expect(stdout).not.toContain('--release')
})
