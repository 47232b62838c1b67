import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { sha256Hex } from '../../crypto/sha256.ts'
import { ensureDirectory } from '../../files/ensure-directory.ts'
import { type Platform, platformName } from '../../format/platform.ts'
import { pinnedNode } from '../../tools/node.ts'
import type { Environment, ToolContext } from '../../tools/tool.ts'
import { VERSION } from '../../version.ts'
import { buildLauncher } from './build-launcher.ts'
import { hashFile } from './file-hash.ts'
import { type LauncherBundle, launcherBundle } from './launcher-bundle.ts'
import { LauncherError } from './launcher-error.ts'

export const NODE_LAUNCHER = 'flavor-node-launcher'
const RECORD = 'launcher.json'
/** Launchers of other sources that are kept: 150 MB each, made again in seconds. */
const KEPT_OTHERS = 2

/** A built launcher. */
export interface Launcher {
  readonly path: string
  readonly platform: string
  readonly tool: string
  readonly toolVersion: string
  /** Hex. */
  readonly sha256: string
  /** Bytes. */
  readonly size: number
  /** Of what it was built from; names its directory. */
  readonly hash: string
}

export interface LauncherRequest {
  readonly kind: 'node'
  readonly platform: Platform
  /** The base of our cache; launchers are kept in `launchers/` below it. */
  readonly cacheDirectory: string
  readonly environment?: Environment
  /** Builds although it is there. */
  readonly isForced?: boolean
  readonly bundle?: LauncherBundle
  readonly onStep?: (message: string) => void
}

const RecordSchema = v.object({
  tool: v.string(),
  toolVersion: v.string(),
  platform: v.string(),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  size: v.number(),
})

/**
 * The launcher for a platform, built from this installation where it is not there yet. What is there is found by the hash of all that
 * it would be built from, which takes milliseconds.
 * @throws LauncherError
 */
export async function ensureLauncher(request: LauncherRequest): Promise<Launcher> {
  const bundle = request.bundle ?? launcherBundle()
  const hash = sourceHash(bundle, request.platform)
  const directory = join(request.cacheDirectory, 'launchers', platformName(request.platform))
  const place = join(directory, hash)
  const known = request.isForced ? undefined : readLauncher(place, hash)
  if (known !== undefined) {
    markUse(place)
    return known
  }
  const launcher = await build(request, bundle, directory, hash)
  prune(directory, hash)
  return launcher
}

/** Every launcher in the store, the most recently used first. */
export function listLaunchers(cacheDirectory: string): Launcher[] {
  const store = join(cacheDirectory, 'launchers')
  const launchers = namesIn(store).flatMap(platform =>
    namesIn(join(store, platform)).flatMap(hash => readLauncher(join(store, platform, hash), hash) ?? []),
  )
  return launchers.toSorted((a, b) => lastUse(join(b.path, '..')) - lastUse(join(a.path, '..')))
}

/** Removes every launcher; the next pack builds the one that it needs. Packages that were made hold a copy of theirs. */
export function cleanLaunchers(cacheDirectory: string, options: { dryRun?: boolean } = {}): Launcher[] {
  const launchers = listLaunchers(cacheDirectory)
  if (options.dryRun !== true) {
    storeStep(cacheDirectory, () => rmSync(join(cacheDirectory, 'launchers'), { recursive: true, force: true }))
  }
  return launchers
}

/** Whether a launcher is what this installation would build. */
export function isCurrent(launcher: Launcher, platform: Platform, bundle: LauncherBundle = launcherBundle()): boolean {
  return launcher.hash === sourceHash(bundle, platform)
}

function sourceHash(bundle: LauncherBundle, platform: Platform): string {
  const node = pinnedNode(platform)
  const parts = [NODE_LAUNCHER, VERSION, platformName(platform), node?.integrity ?? '', bundle.hash]
  return sha256Hex(Buffer.from(parts.join('\n'))).slice(0, 32)
}

async function build(
  request: LauncherRequest,
  bundle: LauncherBundle,
  directory: string,
  hash: string,
): Promise<Launcher> {
  const place = join(directory, hash)
  const context: ToolContext = {
    environment: request.environment ?? process.env,
    cacheDirectory: request.cacheDirectory,
    ...(request.onStep === undefined ? {} : { onStep: request.onStep }),
  }
  const staging = storeStep(directory, () => {
    ensureDirectory(directory, 0o700)
    return mkdtempSync(join(directory, '.staging-'))
  })
  try {
    const path = join(staging, NODE_LAUNCHER)
    await buildLauncher(await bundle.read(), request.platform, path, context)
    return storeStep(place, () => {
      const record = {
        tool: NODE_LAUNCHER,
        toolVersion: `${VERSION}+node.${pinnedNode(request.platform)?.version}`,
        platform: platformName(request.platform),
        ...hashFile(path),
      }
      writeFileSync(join(staging, RECORD), JSON.stringify(record))
      publish(staging, place)
      return { ...record, hash, path: join(place, NODE_LAUNCHER) }
    })
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

/** The launcher appears whole or not at all. What is there, by another process or from before, was built from the same. */
function publish(staging: string, place: string): void {
  try {
    renameSync(staging, place)
  } catch {
    // A name of its own in staging, so that two processes never move each other's launcher back.
    renameSync(place, join(staging, 'replaced'))
    renameSync(staging, place)
    rmSync(join(place, 'replaced'), { recursive: true, force: true })
  }
}

function readLauncher(place: string, hash: string): Launcher | undefined {
  try {
    const record = v.parse(RecordSchema, JSON.parse(readFileSync(join(place, RECORD), 'utf8')))
    const path = join(place, NODE_LAUNCHER)
    return statSync(path).size === record.size ? { ...record, hash, path } : undefined
  } catch {
    return undefined
  }
}

function markUse(place: string): void {
  try {
    const now = new Date()
    utimesSync(join(place, RECORD), now, now)
  } catch {
    // A store of somebody else serves all the same.
  }
}

function lastUse(place: string): number {
  return statSync(join(place, RECORD), { throwIfNoEntry: false })?.mtimeMs ?? 0
}

/** Whoever changes the sources of a launcher would otherwise fill a disk in a day. */
function prune(directory: string, current: string): void {
  const others = namesIn(directory).filter(hash => hash !== current)
  const oldest = others.toSorted((a, b) => lastUse(join(directory, b)) - lastUse(join(directory, a))).slice(KEPT_OTHERS)
  for (const hash of oldest) rmSync(join(directory, hash), { recursive: true, force: true })
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter(name => !name.startsWith('.'))
  } catch {
    return []
  }
}

function storeStep<T>(place: string, step: () => T): T {
  try {
    return step()
  } catch (cause) {
    if (cause instanceof LauncherError) throw cause
    const message = `${place}: ${cause instanceof Error ? cause.message : cause}`
    const hint = 'launchers are kept in the cache: check its permissions and the free space'
    throw new LauncherError('LAUNCHER_STORE', message, { file: place }, { cause, hint })
  }
}
