/** Builds the launchers that ship, proves that their bytes do not depend on where they are built, and makes their npm packages. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureLauncher, type Launcher } from '../src/builders/launcher/launcher-store.ts'
import { nativeRecipe } from '../src/builders/launcher/native/native-recipe.ts'
import { CRATES } from '../src/builders/origin/launcher-components.ts'
import { installationRoot } from '../src/tools/installation.ts'
import { isNewEnough, listRust, RUST_FLOOR } from '../src/tools/rust.ts'
import { cacheBase } from '../src/workenv/cache-base.ts'
import { currentCrates } from './parts/crate-list.ts'
import { checkLaunchers } from './releases/check-launchers.ts'
import { installCrossTools } from './releases/install-cross-tools.ts'
import { namedPlatforms } from './releases/named-platforms.ts'
import { packRelease } from './releases/pack-release.ts'
import { runScript } from './releases/script-run.ts'

const USAGE = 'usage: scripts/launchers [--setup | --check | --crates | --npm DIR] [--platform OS_ARCH]...\n'

const context = {
  cacheDirectory: cacheBase(process.env).path,
  environment: process.env,
  onStep: (message: string) => process.stderr.write(`launchers: ${message}\n`),
}

await runScript('launchers', USAGE, main)

async function main(): Promise<number> {
  const options = readOptions()
  if (options.setup) return installCrossTools(context)
  if (options.crates) return await writeCrates()
  if (options.check) return (await checkLaunchers(options.platforms, context)) ? 0 : 1
  const launchers: Launcher[] = []
  for (const platform of options.platforms) {
    const launcher = await ensureLauncher(await nativeRecipe(platform, 'shipped', context), context)
    process.stdout.write(`${launcher.platform}  ${launcher.size} bytes  ${launcher.sha256}  ${launcher.path}\n`)
    launchers.push(launcher)
  }
  if (options.npm === undefined) return 0
  const tarballs = await packRelease(installationRoot(), launchers, options.npm)
  for (const path of tarballs) process.stdout.write(`${path}\n`)
  return 0
}

/** What the bill of materials of a package says of its launcher; `scripts/test cargo` finds one that is not current. */
async function writeCrates(): Promise<number> {
  const rust = (await listRust(context)).find(isNewEnough)
  if (rust === undefined) throw new Error(`--crates needs Rust ${RUST_FLOOR}`)
  const root = installationRoot()
  writeFileSync(join(root, CRATES), currentCrates(rust, join(root, 'launchers/native')))
  return 0
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      platform: { type: 'string', multiple: true },
      setup: { type: 'boolean', default: false },
      check: { type: 'boolean', default: false },
      crates: { type: 'boolean', default: false },
      npm: { type: 'string' },
    },
  })
  return { ...values, platforms: namedPlatforms(values.platform) }
}
