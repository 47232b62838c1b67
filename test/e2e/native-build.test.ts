import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hashFile } from '../../src/builders/launcher/file-hash.ts'
import { hostRust } from '../../src/builders/launcher/native/cross-tools.ts'
import { nativeRecipe } from '../../src/builders/launcher/native/native-recipe.ts'
import { CRATE_FILES, nativeSources } from '../../src/builders/launcher/native/native-sources.ts'
import { hostTarget } from '../../src/builders/launcher/native/native-targets.ts'
import { testLauncher } from '../../src/builders/launcher/test-launcher.ts'
import { platformOf } from '../../src/format/platform.ts'
import { VERSION } from '../../src/version.ts'
import { BUILD_TIMEOUT } from '../support/launched.ts'
import { nativeLauncher } from '../support/native-launched.ts'
import { ROOT } from '../support/packed-app.ts'
import { missingRust } from '../support/rust-here.ts'
import { scratch } from '../support/scratch.ts'

const unable = await missingRust()
const named = (name: string) => (unable === undefined ? name : `${name}: ${unable}`)
const here = platformOf(process.platform, process.arch)
const withoutGnuLd =
  unable ??
  (here?.os !== 'linux' ? 'needs Linux' : undefined) ??
  (spawnSync('ld.bfd', ['--version']).status === 0 ? undefined : 'needs ld.bfd of binutils')

test.skipIf(unable)(
  named('the native launcher says who it is'),
  async () => {
    const launcher = await nativeLauncher()
    expect((await testLauncher(launcher)).runs).toContain(`flavor-launcher ${VERSION}`)
  },
  BUILD_TIMEOUT,
)

test.skipIf(withoutGnuLd)(
  `a static program without tables for unwinding is linked by GNU ld too${withoutGnuLd ? `: ${withoutGnuLd}` : ''}`,
  async () => {
    const rust = await hostRust({ cacheDirectory: scratch(), environment: process.env })
    const [source, program] = [join(scratch(), 'empty.rs'), join(scratch(), 'empty')]
    writeFileSync(source, 'fn main() {}\n')
    const flags = here === undefined ? [] : hostTarget(here, rust.host).rustFlags
    const words = [...flags, '-Cpanic=abort', '-Clink-arg=-fuse-ld=bfd', '-o', program, source]
    const linked = spawnSync(rust.rustc, words, { cwd: join(ROOT, 'launchers/native'), encoding: 'utf8' })
    expect(linked.status, linked.stderr).toBe(0)
    expect(spawnSync(program).status).toBe(0)
  },
)

test.skipIf(unable)(
  named('built again from another directory, in another time zone and language, it has the same bytes'),
  async () => {
    const root = join(realpathSync(scratch()), 'another place')
    const crate = join(root, 'launchers/native')
    mkdirSync(crate, { recursive: true })
    for (const name of CRATE_FILES) {
      cpSync(join(ROOT, 'launchers/native', name), join(crate, name), { recursive: true })
    }
    const platform = here
    const sources = nativeSources(root)
    if (platform === undefined || sources === undefined) throw new Error('it was just copied')
    const environment = { ...process.env, TZ: 'Pacific/Kiritimati', LC_ALL: 'C', RUSTFLAGS: '-Cdebuginfo=2' }
    const context = { cacheDirectory: join(root, 'cache'), environment }
    const output = join(root, 'launcher')
    await (await nativeRecipe(platform, 'host', context, sources)).build(output, context)
    expect(hashFile(output).sha256).toBe((await nativeLauncher()).sha256)
    const bytes = readFileSync(output)
    for (const path of [root, ROOT, homedir()]) expect(bytes.includes(path)).toBe(false)
  },
  BUILD_TIMEOUT,
)
