import { lstatSync, readdirSync, readFileSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import type { Base } from './base-directory.ts'
import { type DiskUsage, diskUsage } from './disk-usage.ts'
import type { ProcessNames, ProcessUser } from './processes.ts'
import { readCacheFile } from './read-cache-file.ts'

/** Far above any metadata of theirs; nothing larger is read. */
const MAX_METADATA_BYTES = 16 * 1024 * 1024

/** workenv §10.6: a work environment that a launcher of the reference implementations made. */
export interface ReferenceEntry {
  readonly kind: 'reference workenv'
  readonly base: Base
  /** `workenv/<file name of the package>`. */
  readonly id: string
  /** From its metadata where they were kept, else the file name of the package. */
  readonly name: string
  readonly version: string
  /** What the package calls `{workenv}`. */
  readonly root: string
  /** Marks, lock and metadata, beside it. */
  readonly instance: string
  /** Unpacked to the end. */
  readonly isComplete: boolean
  /** When it was unpacked, or its marks were read where the file system keeps that: theirs is no other record of use. */
  readonly lastUse: Date
}

/** Those in a base, sorted by name. Symlinks are nobody's. */
export function referencesIn(base: Base, platform: NodeJS.Platform): ReferenceEntry[] {
  return placesIn(base, platform).flatMap(({ place, prefix }) => {
    const names = new Set(directoriesIn(place).map(name => INSTANCE.exec(name)?.[1] ?? name))
    return [...names]
      .filter(name => !name.startsWith('.') && !isNested(place, name))
      .sort()
      .map(name => readEntry(base, place, `${prefix}${name}`, name))
  })
}

const INSTANCE = /^\.(.+)\.pspf$/

/**
 * `workenv/` in the base; on Windows theirs is one directory further down. A package that was started by one of theirs takes `workenv/`
 * for the base and makes another one in it.
 */
function placesIn(base: Base, platform: NodeJS.Platform): { place: string; prefix: string }[] {
  const place = join(base.path, 'workenv')
  const inner = join(place, 'workenv')
  const places = [{ place, prefix: 'workenv/' }]
  if (platform === 'win32') places.push({ place: join(base.path, 'cache', 'workenv'), prefix: 'cache/workenv/' })
  if (isNested(place, 'workenv')) places.push({ place: inner, prefix: 'workenv/workenv/' })
  return places.filter(one => lstatSync(one.place, { throwIfNoEntry: false })?.isDirectory() === true)
}

function isNested(place: string, name: string): boolean {
  const instances = directoriesIn(join(place, name)).some(inner => INSTANCE.test(inner))
  return name === 'workenv' && instances && statusOf(join(place, `.${name}.pspf`)) === undefined
}

function readEntry(base: Base, place: string, id: string, fileName: string): ReferenceEntry {
  const root = join(place, fileName)
  const instance = join(place, `.${fileName}.pspf`)
  const complete = statusOf(join(instance, 'instance/extract/complete'))
  const checksum = statusOf(join(instance, 'instance/package.checksum'))
  const { name = fileName, version = '' } = readMetadata(join(instance, 'package/psp.json'))
  // Their launchers read the marks at each start, and most file systems note that once a day.
  const marks = [complete, checksum].flatMap(status => (status === undefined ? [] : [status.mtimeMs, status.atimeMs]))
  const times = marks.length > 0 ? marks : [statusOf(instance)?.mtimeMs ?? statusOf(root)?.mtimeMs ?? 0]
  const isComplete = complete !== undefined && checksum !== undefined && statusOf(root) !== undefined
  const lastUse = new Date(Math.max(...times))
  return { kind: 'reference workenv', base, id, name, version, root, instance, isComplete, lastUse }
}

function readMetadata(path: string): { name?: string; version?: string } {
  try {
    const status = lstatSync(path)
    if (!status.isFile() || status.size > MAX_METADATA_BYTES) return {}
    const { name, version } = JSON.parse(readFileSync(path, 'utf8')).package
    return { ...(typeof name === 'string' ? { name } : {}), ...(typeof version === 'string' ? { version } : {}) }
  } catch {
    return {}
  }
}

export function referenceUsage({ root, instance }: ReferenceEntry): DiskUsage {
  const [tree, marks] = [diskUsage(root), diskUsage(instance)]
  return { bytes: tree.bytes + marks.bytes, files: tree.files }
}

/** Where a launcher of theirs writes its process id while it unpacks. */
export function referenceLock({ instance }: ReferenceEntry): string {
  return join(instance, 'instance/extract/lock')
}

/** The process that holds their lock or unpacks; undefined where nobody does that lives. */
export function referenceMaker(entry: ReferenceEntry, processes: ProcessNames | undefined): ProcessUser | undefined {
  const pids = [readPid(referenceLock(entry)), ...directoriesIn(join(entry.instance, 'tmp')).map(Number)]
  const pid = pids.find(one => one !== undefined && Number.isInteger(one) && one > 0 && isAlive(one))
  return pid === undefined ? undefined : { pid, program: processes?.programOf(pid) ?? 'a process' }
}

function readPid(path: string): number | undefined {
  try {
    const text = readCacheFile(path).toString('latin1')
    return /^[0-9]{1,10}\n?$/.test(text) ? Number(text) : undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function statusOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

function directoriesIn(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).flatMap(item => (item.isDirectory() ? [item.name] : []))
  } catch {
    return []
  }
}
