import { lstatSync, readdirSync, type Stats } from 'node:fs'
import { join } from 'node:path'

export interface DiskUsage {
  /** Sum of the sizes of regular files; one with several names counts once. */
  readonly bytes: number
  readonly files: number
}

/** What a directory holds, links not followed, nor one in its place: that may lead to all of a disk. What vanishes meanwhile counts nothing. */
export function diskUsage(directory: string): DiskUsage {
  const seen = new Set<string>()
  let bytes = 0
  for (const status of isDirectory(directory) ? filesBelow(directory) : []) {
    const identity = `${status.dev}:${status.ino}`
    if (seen.has(identity)) continue
    seen.add(identity)
    bytes += status.size
  }
  return { bytes, files: seen.size }
}

function* filesBelow(directory: string): Generator<Stats> {
  for (const name of namesIn(directory)) {
    const path = join(directory, name)
    const status = lstatSync(path, { throwIfNoEntry: false })
    if (status?.isDirectory() === true) yield* filesBelow(path)
    else if (status?.isFile() === true) yield status
  }
}

function isDirectory(path: string): boolean {
  try {
    return lstatSync(path).isDirectory()
  } catch {
    return false
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}
