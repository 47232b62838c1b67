import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { ensureDirectory } from '../../files/ensure-directory.ts'
import { publishDirectory } from '../../files/publish-directory.ts'
import { type Platform, platformName } from '../../format/platform.ts'
import type { Environment, ToolContext } from '../../tools/tool.ts'
import { hashFile } from './file-hash.ts'
import { LauncherError } from './launcher-error.ts'
import type { LauncherRecipe } from './launcher-recipe.ts'

const RECORD = 'launcher.json'
/** Launchers of the same kind from other sources that are kept: up to 150 MB each, made again in seconds to minutes. */
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
  /** Of our part of what it was built from. */
  readonly sources: string
  /** Of all that it was built from; names its directory. */
  readonly hash: string
}

export interface StoreRequest {
  /** The base of our cache; launchers are kept in `launchers/` below it. */
  readonly cacheDirectory: string
  readonly environment?: Environment
  /** Builds although it is there. */
  readonly isForced?: boolean
  readonly onStep?: (message: string) => void
}

const RecordSchema = v.object({
  tool: v.string(),
  toolVersion: v.string(),
  platform: v.string(),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  size: v.number(),
  sources: v.string(),
})

/**
 * The launcher that a recipe makes, built where it is not there yet.
 * @throws LauncherError and what the recipe throws
 */
export async function ensureLauncher(recipe: LauncherRecipe, request: StoreRequest): Promise<Launcher> {
  const directory = join(request.cacheDirectory, 'launchers', platformName(recipe.platform))
  const place = join(directory, recipe.hash)
  const known = request.isForced ? undefined : readLauncher(place, recipe.hash)
  if (known !== undefined) {
    markUse(place)
    return known
  }
  const launcher = await build(recipe, request, directory)
  prune(directory, launcher)
  return launcher
}

/** A launcher from one of these sources, the first of them first; found without knowing by which tools it was built. */
export function findLauncher(
  cacheDirectory: string,
  platform: Platform,
  sources: readonly string[],
): Launcher | undefined {
  const ours = listLaunchers(cacheDirectory).filter(launcher => launcher.platform === platformName(platform))
  const [found] = sources.flatMap(wanted => ours.find(launcher => launcher.sources === wanted) ?? [])
  if (found !== undefined) markUse(dirname(found.path))
  return found
}

/** Every launcher in the store, the most recently used first. */
export function listLaunchers(cacheDirectory: string): Launcher[] {
  const store = join(cacheDirectory, 'launchers')
  const launchers = namesIn(store).flatMap(platform =>
    namesIn(join(store, platform)).flatMap(hash => readLauncher(join(store, platform, hash), hash) ?? []),
  )
  return launchers.toSorted((a, b) => lastUse(dirname(b.path)) - lastUse(dirname(a.path)))
}

/** Removes every launcher, and what cargo compiled for them; the next pack builds the one that it needs. Packages that were made hold a copy of theirs. */
export function cleanLaunchers(cacheDirectory: string, options: { dryRun?: boolean } = {}): Launcher[] {
  const launchers = listLaunchers(cacheDirectory)
  if (options.dryRun !== true) {
    storeStep(cacheDirectory, () => rmSync(join(cacheDirectory, 'launchers'), { recursive: true, force: true }))
  }
  return launchers
}

async function build(recipe: LauncherRecipe, request: StoreRequest, directory: string): Promise<Launcher> {
  const place = join(directory, recipe.hash)
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
    const platform = platformName(recipe.platform)
    const name = fileName(recipe.tool, platform)
    const staged = join(staging, 'launcher')
    ensureDirectory(staged, 0o700)
    await recipe.build(join(staged, name), context)
    return storeStep(place, () => {
      const { tool, toolVersion, sources, hash } = recipe
      const record = { tool, toolVersion, platform, ...hashFile(join(staged, name)), sources }
      writeFileSync(join(staged, RECORD), JSON.stringify(record))
      // Another process that was faster built from the same.
      const serves = () => request.isForced !== true && readLauncher(place, hash) !== undefined
      publishDirectory({ staged, place, aside: join(staging, 'replaced'), serves })
      return readLauncher(place, hash) ?? { ...record, hash, path: join(place, name) }
    })
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}

/** Windows starts nothing without the suffix. */
function fileName(tool: string, platform: string): string {
  return platform.startsWith('windows_') ? `${tool}.exe` : tool
}

function readLauncher(place: string, hash: string): Launcher | undefined {
  try {
    const record = v.parse(RecordSchema, JSON.parse(readFileSync(join(place, RECORD), 'utf8')))
    const path = join(place, fileName(record.tool, record.platform))
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
function prune(directory: string, current: Launcher): void {
  const others = namesIn(directory).filter(hash => {
    const tool = readLauncher(join(directory, hash), hash)?.tool ?? current.tool
    return hash !== current.hash && tool === current.tool
  })
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
