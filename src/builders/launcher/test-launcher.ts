import { platformName, platformOf } from '../../format/platform.ts'
import { hashFile } from './file-hash.ts'
import { LauncherError } from './launcher-error.ts'
import type { Launcher } from './launcher-store.ts'
import { askVersion } from './launcher-version.ts'

/** What a test found; `runs` is absent for a launcher of another platform, of which only the bytes can be checked. */
export interface LauncherTest {
  readonly sha256: string
  /** What `--version` said. */
  readonly runs?: string
}

/**
 * Proves a launcher: its bytes are those that were recorded, it starts, and neither NODE_OPTIONS nor OPENSSL_CONF make it run or read
 * anything first.
 * @throws LauncherError LAUNCHER_TEST
 */
export async function testLauncher(launcher: Launcher): Promise<LauncherTest> {
  const { sha256 } = hashFile(launcher.path)
  if (sha256 !== launcher.sha256) {
    const message = `${launcher.path}: SHA-256 is ${sha256}, expected ${launcher.sha256} as recorded when it was built`
    const hint = '`flavor helpers build --force` builds it again'
    throw new LauncherError('LAUNCHER_TEST', message, { got: sha256, want: launcher.sha256 }, { hint })
  }
  const here = platformOf(process.platform, process.arch)
  if (here === undefined || platformName(here) !== launcher.platform) return { sha256 }
  return { sha256, runs: await askVersion(launcher.path, launcher.tool) }
}
