import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Platform, platformName, platformOf } from '../../format/platform.ts'
import { installedNode, type PinnedNode, pinnedNode, pinnedNodes } from '../../tools/node.ts'
import { lastLines, runCommand } from '../../tools/run-command.ts'
import type { ToolContext } from '../../tools/tool.ts'
import { foreignNode } from './foreign-node.ts'
import { LauncherError } from './launcher-error.ts'

/** Names that appear in stack traces, and so in the launcher's bytes. */
const MAIN = 'flavor-launcher.cjs'

/** What Node is told for every launch, and no variable may change (docs/launchers.md). */
const NODE_ARGUMENTS = [
  // OPENSSL_CONF names a file that loads shared libraries before our first line runs.
  '--openssl-config=/dev/null',
  // What Node calls experimental is no concern of a user.
  '--no-warnings',
  // Enough for a whole start: without it the collector runs twice, which takes 3 ms.
  '--min-semi-space-size=16',
]

/** Where V8's hashes come from otherwise: the clock and the system. With it two code caches have the same bytes. */
const FIXED_SEED = '--random-seed=1'

/**
 * Makes a launcher: the unmodified pinned Node with the bundle inside. The same bundle and Node give the same bytes: all names are
 * relative, and V8 has a fixed seed. A snapshot would start faster still, but runs only on processors like the one that made it.
 * @throws LauncherError LAUNCHER_PLATFORM, LAUNCHER_NODE, LAUNCHER_BUILD and those of `foreignNode`
 */
export async function buildLauncher(
  bundle: Uint8Array,
  platform: Platform,
  output: string,
  context: ToolContext,
): Promise<void> {
  const builder = builderNode()
  const executable = await nodeFor(platform, context)
  const directory = mkdtempSync(join(tmpdir(), 'flavor-launcher-'))
  try {
    writeFileSync(join(directory, MAIN), bundle)
    writeFileSync(join(directory, 'sea.json'), JSON.stringify(seaConfig(executable, platform, output)))
    context.onStep?.(`building the Node launcher for ${platformName(platform)}`)
    const environment = withoutNodeVariables(context.environment)
    const result = await runCommand([builder], [FIXED_SEED, '--build-sea', 'sea.json'], { environment, directory })
    if (result.ok && existsSync(output)) return
    const message = `the launcher for ${platformName(platform)} cannot be built: ${lastLines(result.stderr)}`
    throw new LauncherError('LAUNCHER_BUILD', message, { platform: platformName(platform) })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function seaConfig(executable: string, platform: Platform, output: string) {
  return {
    main: MAIN,
    mainFormat: 'commonjs',
    executable,
    output,
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    // It is made by running, which only works for the platform that builds.
    useCodeCache: isHere(platform),
    execArgv: NODE_ARGUMENTS,
    // Otherwise NODE_OPTIONS runs code before anything is verified.
    execArgvExtension: 'none',
  }
}

function isHere(platform: Platform): boolean {
  const here = platformOf(process.platform, process.arch)
  return here !== undefined && platformName(here) === platformName(platform)
}

/** The Node that builds must be of the version that is built into. */
function builderNode(): string {
  const platform = platformOf(process.platform, process.arch)
  const node = platform === undefined ? undefined : pinnedNode(platform)
  const program = node === undefined ? undefined : installedNode(node)
  if (program !== undefined) return program
  const message = `the pinned Node is not installed for this platform (${process.platform} ${process.arch})`
  const hint = 'install flavor without --omit=optional'
  throw new LauncherError('LAUNCHER_NODE', message, { want: node?.package ?? 'a Node package' }, { hint })
}

async function nodeFor(platform: Platform, context: ToolContext): Promise<string> {
  const node = pinnedNode(platform)
  if (node === undefined) throw platformError(platform, 'no pinned Node', `the platforms are ${knownPlatforms()}`)
  if (platform.os === 'darwin' && process.platform !== 'darwin') {
    throw platformError(platform, 'no way to sign for macOS, which runs nothing unsigned', 'build it on a Mac')
  }
  return installedNode(node) ?? (await foreignNode(node, context))
}

function knownPlatforms(): string {
  return pinnedNodes()
    .map((node: PinnedNode) => platformName(node.platform))
    .join(', ')
}

function platformError(platform: Platform, reason: string, hint: string): LauncherError {
  const name = platformName(platform)
  const message = `the Node launcher for ${name} cannot be built here: there is ${reason}`
  return new LauncherError('LAUNCHER_PLATFORM', message, { platform: name }, { hint })
}

/** The caller's NODE_OPTIONS are for the caller's programs. */
function withoutNodeVariables(environment: ToolContext['environment']): ToolContext['environment'] {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(NODE_|OPENSSL_)/i.test(name)))
}
