import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { chooseLauncher } from '../../src/builders/chosen-launcher.ts'
import { buildLauncher } from '../../src/builders/launcher/build-launcher.ts'
import { NATIVE_LAUNCHER, nativeHash } from '../../src/builders/launcher/native/native-recipe.ts'
import { NODE_LAUNCHER } from '../../src/builders/launcher/node-recipe.ts'
import { platformName, platformOf } from '../../src/format/platform.ts'
import { VERSION } from '../../src/version.ts'
import { storeLauncher } from '../support/fake-launcher-store.ts'
import { fakeRust, makesLauncher } from '../support/rust-toolchain.ts'
import { scratch } from '../support/scratch.ts'

vi.mock('../../src/builders/launcher/build-launcher.ts')
vi.mocked(buildLauncher).mockImplementation(async (_bundle, _platform, output) => writeFileSync(output, 'node'))

const HERE = platformOf(process.platform, process.arch) ?? { os: 'linux', arch: 'amd64' }
const code = (expected: string) => expect.objectContaining({ code: expected })
const on = (...places: string[]) => ({ cacheDirectory: scratch(), environment: { PATH: places.join(':'), HOME: '/' } })
const WORKS = makesLauncher(`echo ${NATIVE_LAUNCHER} ${VERSION}`)

test('a launcher that the user names is taken as it is, by its file name', async () => {
  const launcher = await chooseLauncher({ path: '/opt/launchers/mine' }, on())
  expect(launcher).toEqual({ path: '/opt/launchers/mine', tool: 'mine', toolVersion: 'unknown' })
})

test('auto builds the native one where there is a Rust, and finds it afterwards without any', async () => {
  const context = on(fakeRust({ cargo: WORKS }))
  const built = await chooseLauncher('auto', context)
  expect(built).toMatchObject({ tool: NATIVE_LAUNCHER, toolVersion: expect.stringContaining('+rust.') })
  expect(built).not.toHaveProperty('instead')
  expect(await chooseLauncher('auto', { ...context, environment: {} })).toEqual(built)
})

test('the one that ships is preferred to the quick one', async () => {
  const context = on()
  const stored = { platform: platformName(HERE), tool: NATIVE_LAUNCHER }
  storeLauncher(context.cacheDirectory, { ...stored, script: 'echo host', sources: nativeHash(HERE, 'host') })
  const quick = await chooseLauncher('native', context)
  storeLauncher(context.cacheDirectory, { ...stored, script: 'echo ships', sources: nativeHash(HERE, 'shipped') })
  expect((await chooseLauncher('native', context)).path).not.toBe(quick.path)
})

test.each([
  ['there is no Rust', [], 'no cargo on PATH'],
  ['the Rust is too old', [{ version: '1.60.0' }], 'Rust 1.60.0'],
  ['it cannot be compiled', [{ cargo: 'echo "error: offline" >&2; exit 1' }], 'offline'],
  ['it does not start', [{ cargo: makesLauncher('exit 3') }], '--version'],
])('where %s, auto takes Node and says why; native fails', async (_, rusts, reason) => {
  const context = on(...rusts.map(fakeRust))
  const chosen = await chooseLauncher('auto', context)
  expect(chosen).toMatchObject({ tool: NODE_LAUNCHER, instead: expect.stringContaining(reason) })
  expect(chosen.instead).not.toContain('\n')
  await expect(chooseLauncher('native', context)).rejects.toThrow()
})

test('a store that cannot be written is a failure for every choice', async () => {
  const cacheDirectory = join(scratch(), 'file')
  writeFileSync(cacheDirectory, '')
  const environment = { PATH: fakeRust({ cargo: WORKS }), HOME: '/' }
  for (const choice of ['auto', 'native', 'node'] as const) {
    await expect(chooseLauncher(choice, { cacheDirectory, environment })).rejects.toThrow(code('LAUNCHER_STORE'))
  }
})

test('another platform has its own; where neither can be had, the native reason is told', async () => {
  const context = on()
  expect(await chooseLauncher('auto', { ...context, platform: { os: 'linux', arch: 'arm64' } })).toMatchObject({
    tool: NODE_LAUNCHER,
    instead: expect.stringContaining('launchers that ship cannot be built here'),
  })
  vi.mocked(buildLauncher).mockRejectedValueOnce(new Error('nothing unsigned'))
  const neither = chooseLauncher('auto', { ...context, platform: { os: 'darwin', arch: 'arm64' } })
  await expect(neither).rejects.toThrow(code('LAUNCHER_RUST'))
})

test('a platform for which there is none is said', async () => {
  const { arch } = process
  Object.defineProperty(process, 'arch', { value: 'mips' })
  try {
    await expect(chooseLauncher('auto', on())).rejects.toThrow(code('LAUNCHER_NONE'))
  } finally {
    Object.defineProperty(process, 'arch', { value: arch })
  }
})
