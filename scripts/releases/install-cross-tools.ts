import { spawnSync } from 'node:child_process'
import { LauncherError } from '../../src/builders/launcher/launcher-error.ts'
import { crossRust, crossTools, DEBIAN_PACKAGES } from '../../src/builders/launcher/native/cross-tools.ts'
import { searchPath } from '../../src/tools/search-path.ts'
import type { ToolContext } from '../../src/tools/tool.ts'

/**
 * Installs what launchers that ship are built with, and proves that it is there. Costs nothing where it already is.
 * @returns the exit code
 * @throws LauncherError LAUNCHER_RUST, ToolError
 */
export async function installCrossTools(context: ToolContext): Promise<number> {
  const rust = await crossRust(context).catch(error => {
    if (!(error instanceof LauncherError) || !canInstall(context)) throw error
    return undefined
  })
  if (rust === undefined) aptInstall(context)
  const { rust: found, zig, zigbuild } = await crossTools(rust ?? (await crossRust(context)), context)
  process.stdout.write(`Rust ${found.version}  ${found.rustc}\nzig  ${zig}\ncargo-zigbuild  ${zigbuild}\n`)
  return 0
}

function canInstall({ environment }: ToolContext): boolean {
  return process.getuid?.() === 0 && searchPath('apt-get', environment).length > 0
}

/** Debian's own Rust is older than what the crate needs; this is the one that it keeps for browsers, which is new. */
function aptInstall({ environment, onStep }: ToolContext): void {
  const env = { ...environment, DEBIAN_FRONTEND: 'noninteractive' }
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...DEBIAN_PACKAGES]]) {
    onStep?.(`apt-get ${args.join(' ')}`)
    const { status, stdout, stderr } = spawnSync('apt-get', args, {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    if (status !== 0) process.stderr.write(`${stdout}${stderr}`.trim().split('\n').slice(-5).join('\n'))
  }
}
