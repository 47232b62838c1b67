import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { gzip } from '../../codecs/gzip.ts'
import { readTar } from '../../codecs/tar-reader.ts'
import { ensureDirectory } from '../../files/ensure-directory.ts'
import { publishDirectory } from '../../files/publish-directory.ts'
import { platformName } from '../../format/platform.ts'
import type { PinnedNode } from '../../tools/node.ts'
import { lastLines, runCommand } from '../../tools/run-command.ts'
import { searchPath } from '../../tools/search-path.ts'
import type { ToolContext } from '../../tools/tool.ts'
import { LauncherError } from './launcher-error.ts'

/** Far above what a Node package unpacks to, far below what would hurt. */
const MAX_UNPACKED = 1024 * 1024 * 1024

/**
 * The pinned Node of a platform that npm does not install here. Fetched once with the user's own npm, which knows the registry, the
 * proxy and the certificates; the pinned hash decides whether it is the right one.
 * @throws LauncherError LAUNCHER_NODE_FETCH, LAUNCHER_NODE_HASH
 */
export async function foreignNode(node: PinnedNode, context: ToolContext): Promise<string> {
  const tools = join(context.cacheDirectory, 'tools')
  const place = join(tools, `${node.package}-${node.version}`)
  const program = join(place, node.program.split('/').at(-1) ?? 'node')
  if (existsSync(program)) return program
  ensureDirectory(tools, 0o700)
  const staging = await mkdtemp(join(tools, '.staging-'))
  try {
    context.onStep?.(`fetching Node ${node.version} for ${platformName(node.platform)} with npm`)
    const archive = await download(node, staging, context)
    checkIntegrity(node, archive)
    const unpacked = join(staging, 'unpacked')
    await mkdir(unpacked)
    await unpackProgram(node, archive, join(unpacked, node.program.split('/').at(-1) ?? 'node'))
    publishDirectory({ staged: unpacked, place, aside: join(staging, 'damaged'), serves: () => existsSync(program) })
    return program
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function download(node: PinnedNode, staging: string, context: ToolContext): Promise<string> {
  const [npm] = searchPath('npm', context.environment)
  if (npm === undefined) throw fetchError(node, 'npm is not on PATH', 'install npm')
  const args = [
    'pack',
    `${node.package}@${node.version}`,
    '--pack-destination',
    staging,
    '--ignore-scripts',
    '--silent',
  ]
  const result = await runCommand([npm], args, { environment: context.environment, directory: staging })
  const [archive] = (await readdir(staging)).filter(name => name.endsWith('.tgz'))
  if (result.ok && archive !== undefined) return join(staging, archive)
  throw fetchError(node, lastLines(`${result.stdout}\n${result.stderr}`), 'check the network and the registry of npm')
}

function checkIntegrity(node: PinnedNode, archive: string): void {
  const got = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
  if (got === node.integrity) return
  const message = `${node.package}@${node.version}: the registry delivers ${got}, expected ${node.integrity}`
  const hint = 'the package was changed after flavor was made: do not use this registry'
  throw new LauncherError('LAUNCHER_NODE_HASH', message, { got, want: node.integrity }, { hint })
}

async function unpackProgram(node: PinnedNode, archive: string, output: string): Promise<void> {
  const where = `${node.package}@${node.version}`
  const stream = gzip.decode(createReadStream(archive), { where, maxBytes: MAX_UNPACKED })
  for await (const member of readTar(stream, { where, maxEntries: 100_000 })) {
    if (member.path !== `package/${node.program}` || member.type !== 'file') continue
    await pipeline(member.body, createWriteStream(output, { flags: 'wx' }))
    await chmod(output, 0o755)
    return
  }
  throw fetchError(node, `the package has no ${node.program}`, 'report this')
}

function fetchError(node: PinnedNode, reason: string, hint: string): LauncherError {
  const message = `Node ${node.version} for ${platformName(node.platform)} (${node.package}) cannot be fetched: ${reason}`
  return new LauncherError('LAUNCHER_NODE_FETCH', message, { package: node.package }, { hint })
}
