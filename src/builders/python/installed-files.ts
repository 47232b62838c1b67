import { existsSync, globSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { DistributionRecord } from './app-record.ts'
import { distributionLicence } from './distribution-licence.ts'
import { type EntryPoint, parseEntryPoints } from './entry-points.ts'
import { normalName, requirementName } from './requirements.ts'
import { recordPath, recordRow, recordRows } from './wheel-record.ts'

/** What an installer notes down for itself: where a wheel lay and when, on this machine. */
const NOTES = ['uv_cache.json', 'uv_build.json']

/** An installed distribution, by its `.dist-info`. */
export interface InstalledDistribution {
  /** Normalised. */
  readonly name: string
  readonly version: string
  /** `Requires-Dist` lines. */
  readonly requires: readonly string[]
  readonly entryPoints: readonly EntryPoint[]
  /** As `distributionLicence` says it. */
  readonly licence?: string
  /** The `.dist-info`, absolute. */
  readonly directory: string
}

export function installedDistributions(sitePackages: string): InstalledDistribution[] {
  if (!existsSync(sitePackages)) return []
  const names = readdirSync(sitePackages).filter(name => name.endsWith('.dist-info'))
  return names.sort().map(name => readDistribution(join(sitePackages, name)))
}

function readDistribution(directory: string): InstalledDistribution {
  const metadata = readFileSync(join(directory, 'METADATA'), 'utf8')
  // The description follows the first empty line, and may look like anything.
  const [headers = ''] = metadata.split(/\r?\n\r?\n/)
  const values = (key: string) =>
    headers
      .split(/\r?\n(?!\s)/)
      .flatMap(line => (line.startsWith(`${key}:`) ? [line.slice(key.length + 1).trim()] : []))
  const licence = distributionLicence(values)
  const entryPoints = join(directory, 'entry_points.txt')
  const [name = '', version = ''] = basename(directory, '.dist-info').split('-')
  return {
    name: normalName(values('Name')[0] ?? name),
    version: values('Version')[0] ?? version,
    requires: values('Requires-Dist'),
    entryPoints: existsSync(entryPoints) ? parseEntryPoints(readFileSync(entryPoints, 'utf8')) : [],
    ...(licence === undefined ? {} : { licence }),
    directory,
  }
}

/** What is kept of a distribution when its files are installed. `sha256` is that of the file that it came as. */
export function recordDistribution(distribution: InstalledDistribution, sha256?: string): DistributionRecord {
  const { name, version, licence, requires } = distribution
  // What only an extra asks for is needed by whoever asks for the extra.
  const needed = requires.filter(line => !/;.*\bextra\b/.test(line)).map(requirementName)
  return {
    name,
    version,
    ...(licence === undefined ? {} : { licence }),
    requires: [...new Set(needed)].sort(),
    ...(sha256 === undefined ? {} : { sha256 }),
  }
}

/**
 * Makes the record of a distribution true for every place: without the installer's notes, without a `direct_url.json` that names a
 * path of this machine, and without a hash for scripts that are written where the package runs (PEP 376 allows that).
 */
export function neutraliseRecord(directory: string, scripts: ReadonlySet<string>): void {
  const direct = join(directory, 'direct_url.json')
  const isLocal = existsSync(direct) && /"url"\s*:\s*"file:/.test(readFileSync(direct, 'utf8'))
  const removed = [...NOTES, ...(isLocal ? ['direct_url.json'] : [])]
  for (const name of removed) rmSync(join(directory, name), { force: true })
  const record = join(directory, 'RECORD')
  if (!existsSync(record)) return
  const gone = new Set(removed.map(name => `${basename(directory)}/${name}`))
  const kept = recordRows(readFileSync(record, 'utf8'))
    .filter(row => !gone.has(recordPath(row)))
    .map(row => {
      const script = /(?:^|\/)bin\/([^/]+)$/.exec(recordPath(row))?.[1]
      return script !== undefined && scripts.has(script) ? recordRow(recordPath(row)) : row
    })
  writeFileSync(record, `${kept.sort().join('\n')}\n`)
}

/** Whether a module of that name can be imported from one of the directories, without importing anything. */
export function hasModule(module: string, directories: readonly string[]): boolean {
  const path = module.split('.').join('/')
  return directories.some(directory => {
    const base = join(directory, path)
    if (existsSync(`${base}.py`) || existsSync(join(base, '__init__.py'))) return true
    return globSync(`${path}.*{so,pyd}`, { cwd: directory }).length > 0
  })
}

/** Whether any module below asks for time zones by name. */
export function usesZoneinfo(sitePackages: string): boolean {
  if (!existsSync(sitePackages)) return false
  const files = readdirSync(sitePackages, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.py'))
  return files.some(name => {
    const text = readFileSync(join(sitePackages, name))
    return (
      text.includes('zoneinfo') && /^\s*(?:from|import)\s+(?:[\w., ]*[, ])?zoneinfo\b/m.test(text.toString('latin1'))
    )
  })
}
