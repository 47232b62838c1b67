import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { sha256Hex } from '../crypto/sha256.ts'
import { ensureDirectory } from '../files/ensure-directory.ts'
import { A_DAY, markUse, removeLeastRecent } from '../files/least-recent.ts'
import { publishDirectory } from '../files/publish-directory.ts'
import type { PinnedTool } from './pinned-tools.ts'
import { lastLines, runCommand } from './run-command.ts'
import { searchPath } from './search-path.ts'
import type { Command, ToolContext } from './tool.ts'
import { ToolError } from './tool-error.ts'

/** Tools of former versions of flavor; the largest is a Node of another platform, 120 MB. */
const BOUND = { keep: 6, unusedFor: A_DAY }
const EXE = process.platform === 'win32' ? '.exe' : ''

/**
 * The path of a pinned tool, which is fetched with the user's own pip the first time: pip knows the index, the mirror, the proxy and
 * the certificates, and picks the wheel that fits the machine. Nothing but the pinned hashes decides whether the file is the right one.
 * @throws ToolError TOOL_NOT_FOUND, TOOL_DOWNLOAD, TOOL_HASH, TOOL_UNPACK
 */
export async function fetchPinnedTool(tool: PinnedTool, context: ToolContext): Promise<string> {
  const tools = join(context.cacheDirectory, 'tools')
  const place = join(tools, `${tool.name}-${tool.version}`)
  const program = join(place, tool.name + EXE)
  if (existsSync(program)) {
    markUse(place)
    return program
  }
  const python = await findPip(tool, context)
  context.onStep?.(`fetching ${tool.name} ${tool.version} with pip`)
  const staging = makeStaging(tools, tool)
  try {
    const wheel = await download(tool, python, staging, context)
    await unpack(tool, wheel, python, staging, context)
    publish(tool, staging, place)
    markUse(place)
    removeLeastRecent(tools, BOUND)
    return program
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

/** A Python that has pip, by the names under which people have one. */
async function findPip(tool: PinnedTool, context: ToolContext): Promise<Command> {
  for (const name of ['python3', 'python']) {
    for (const program of searchPath(name, context.environment)) {
      const result = await runCommand([program, '-m', 'pip'], ['--version'], { environment: context.environment })
      if (result.ok) return [program]
    }
  }
  const message = `${tool.name}: not found, and no Python on PATH has pip to fetch it, expected ${tool.name} ${tool.version}`
  const hint = `install ${tool.name}, or pip (\`apt install python3-pip\` on Debian)`
  throw new ToolError('TOOL_NOT_FOUND', message, { tool: tool.name, want: tool.version }, { hint })
}

function makeStaging(tools: string, tool: PinnedTool): string {
  try {
    ensureDirectory(tools, 0o700)
    const staging = mkdtempSync(join(tools, '.staging-'))
    mkdirSync(join(staging, 'wheel'))
    mkdirSync(join(staging, 'tool'))
    return staging
  } catch (cause) {
    throw unpackError(tool, tools, cause)
  }
}

async function download(tool: PinnedTool, python: Command, staging: string, context: ToolContext): Promise<string> {
  const requirements = join(staging, 'requirements.txt')
  const hashes = Object.values(tool.wheels).map(hash => ` --hash=sha256:${hash}`)
  writeFileSync(requirements, `${tool.package ?? tool.name}==${tool.version}${hashes.join('')}\n`)
  const directory = join(staging, 'wheel')
  const args = ['--no-deps', '--only-binary', ':all:', '--require-hashes', '--requirement', requirements]
  const result = await runCommand([...python, '-m', 'pip'], ['download', ...args, '--dest', directory], {
    environment: { ...context.environment, PIP_DISABLE_PIP_VERSION_CHECK: '1' },
  })
  if (!result.ok) throw downloadError(tool, `${result.stdout}\n${result.stderr}`)
  const [name] = readdirSync(directory)
  if (name === undefined) throw downloadError(tool, 'pip ended well but left no wheel')
  const wheel = join(directory, name)
  // pip has checked this too; a wrapper around pip, or one that is older than --require-hashes, may not have.
  const got = sha256Hex(readFileSync(wheel))
  if (!Object.values(tool.wheels).includes(got)) throw hashError(tool, name, got)
  return wheel
}

async function unpack(
  tool: PinnedTool,
  wheel: string,
  python: Command,
  staging: string,
  context: ToolContext,
): Promise<void> {
  const unpacked = join(staging, 'unpacked')
  const result = await runCommand([...python, '-m', 'zipfile'], ['-e', wheel, unpacked], context)
  if (!result.ok) throw unpackError(tool, wheel, lastLines(result.stderr))
  try {
    const program = join(staging, 'tool', tool.name + EXE)
    if (tool.tree === undefined) renameSync(join(scriptsOf(tool, unpacked), tool.name + EXE), program)
    else renameSync(join(unpacked, tool.tree), join(staging, 'tool'))
    chmodSync(program, 0o755)
  } catch (cause) {
    throw unpackError(tool, wheel, cause)
  }
}

/** Wheels spell a dash in the name of a package as an underscore. */
function scriptsOf(tool: PinnedTool, unpacked: string): string {
  return join(unpacked, `${(tool.package ?? tool.name).replaceAll('-', '_')}-${tool.version}.data`, 'scripts')
}

/** Where another process was faster, its copy is as good. */
function publish(tool: PinnedTool, staging: string, place: string): void {
  const serves = () => existsSync(join(place, tool.name + EXE))
  try {
    publishDirectory({ staged: join(staging, 'tool'), place, aside: join(staging, 'damaged'), serves })
  } catch (cause) {
    throw unpackError(tool, place, cause)
  }
}

function downloadError(tool: PinnedTool, output: string): ToolError {
  // pip has one exit status for everything; this sentence has been in its hash check from the first.
  const mismatch = /DO NOT MATCH THE HASHES/.test(output)
  const got = /Got\s+([0-9a-f]{64})/.exec(output)?.[1]
  if (mismatch) return hashError(tool, `${tool.name} ${tool.version}`, got ?? 'another hash')
  const message = `${tool.name} ${tool.version}: pip cannot download it: ${lastLines(output)}`
  const hint = `check the network and pip's index settings, or install ${tool.name} and put it on PATH`
  return new ToolError('TOOL_DOWNLOAD', message, { tool: tool.name, want: tool.version }, { hint })
}

function hashError(tool: PinnedTool, file: string, got: string): ToolError {
  const want = Object.values(tool.wheels).join(' or ')
  const message = `${file}: SHA-256 is ${got}, expected one of the pinned ${want}`
  const hint = 'the index or a proxy served another file under this name; nothing of it was run'
  return new ToolError('TOOL_HASH', message, { tool: tool.name, file, got, want }, { hint })
}

function unpackError(tool: PinnedTool, file: string, cause: unknown): ToolError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  const message = `${tool.name} ${tool.version}: ${file} cannot be unpacked into the cache: ${reason}`
  const hint = 'free some space there, or name another place in FLAVOR_CACHE'
  return new ToolError('TOOL_UNPACK', message, { tool: tool.name, file }, { cause, hint })
}
