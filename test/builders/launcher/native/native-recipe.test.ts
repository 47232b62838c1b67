import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { NATIVE_LAUNCHER, nativeHash, nativeRecipe } from '../../../../src/builders/launcher/native/native-recipe.ts'
import { type Platform, platformOf } from '../../../../src/format/platform.ts'
import { SHIPPED_RUST } from '../../../../src/tools/rust.ts'
import { VERSION } from '../../../../src/version.ts'
import { refusal } from '../../../format/refusals.ts'
import { fakeRust, makesLauncher } from '../../../support/rust-toolchain.ts'
import { scratch } from '../../../support/scratch.ts'

const HERE = platformOf(process.platform, process.arch) ?? { os: 'linux', arch: 'amd64' }
const sources = { directory: '/nonexistent', hash: () => 'hash' }
const on = (place: string) => ({
  cacheDirectory: scratch(),
  environment: { PATH: place, HOME: '/' },
})

describe('what a native launcher is known by', () => {
  test('another platform, variant or source is another launcher', () => {
    const platforms: Platform[] = [HERE, { os: 'windows', arch: 'arm64' }]
    const hashes = platforms.flatMap(platform =>
      (['shipped', 'host'] as const).flatMap(variant =>
        ['one', 'two'].map(text => nativeHash(platform, variant, { hash: () => text })),
      ),
    )
    expect(new Set(hashes).size).toBe(8)
  })

  test('another Rust makes another file that does the same', async () => {
    const [one, other] = await Promise.all(
      ['1.96.0', '1.97.0'].map(version => nativeRecipe(HERE, 'host', on(fakeRust({ version })), sources)),
    )
    expect(one?.sources).toBe(other?.sources)
    expect(one?.hash).not.toBe(other?.hash)
    expect(one?.toolVersion).toBe(`${VERSION}+rust.1.96.0.gnu`)
  })

  test('one that ships needs the toolchain for it, and a platform that has one', async () => {
    await expect(nativeRecipe(HERE, 'shipped', on(fakeRust()), sources)).rejects.toMatchObject({
      code: 'LAUNCHER_RUST',
    })
    const context = on(fakeRust({ version: SHIPPED_RUST, source: true }))
    const known = await nativeRecipe({ os: 'linux', arch: 'arm64' }, 'shipped', context, sources)
    expect(known).toMatchObject({ tool: NATIVE_LAUNCHER, toolVersion: expect.stringMatching(/\.musl$/) })
    const unknown = { os: 'beos', arch: 'ppc' } as unknown as Platform
    await expect(nativeRecipe(unknown, 'shipped', context, sources)).rejects.toThrowError(refusal('LAUNCHER_PLATFORM'))
  })
})

test.each([
  ['one that says its name and version is taken', `echo ${NATIVE_LAUNCHER} ${VERSION} more`, undefined],
  ['one of another version is refused, naming both', `echo ${NATIVE_LAUNCHER} ${VERSION}9`, 'LAUNCHER_TEST'],
  ['one that does not start is refused', 'exit 1', 'LAUNCHER_TEST'],
])('%s', async (_, script, code) => {
  const context = on(fakeRust({ cargo: makesLauncher(script) }))
  const recipe = await nativeRecipe(HERE, 'host', context, { directory: scratch(), hash: () => 'hash' })
  const built = recipe.build(join(context.cacheDirectory, 'launcher'), context)
  await (code === undefined ? built : expect(built).rejects.toMatchObject({ code }))
})
