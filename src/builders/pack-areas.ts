import { lstatSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** What packing keeps below the base of our cache: compressed slots and installed applications, the demo, interpreters, tools. */
const AREAS = ['pack', 'demo', 'interpreters', 'uv-python', 'tools'] as const

/** The directories of the pack cache that are there. All of it is safe to delete: the next pack makes it anew. */
export function packAreas(cacheDirectory: string): string[] {
  return AREAS.map(name => join(cacheDirectory, name)).filter(path =>
    lstatSync(path, { throwIfNoEntry: false })?.isDirectory(),
  )
}

/** Removes the pack cache. Each directory goes out of sight first, so that no pack finds half of it. */
export function removePackAreas(cacheDirectory: string): void {
  const areas = packAreas(cacheDirectory)
  if (areas.length === 0) return
  const staging = mkdtempSync(join(cacheDirectory, '.removing-'))
  try {
    for (const [position, area] of areas.entries()) renameSync(area, join(staging, `${position}`))
  } finally {
    rmSync(staging, { recursive: true, force: true })
  }
}
