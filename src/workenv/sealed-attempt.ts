import type { CacheLayout } from './cache-layout.ts'
import { readCacheFile } from './read-cache-file.ts'
import { parseSeal, type Seal } from './seal.ts'

/** The seal of a key as it is now, whatever package it is for; undefined where there is none that reads. */
export function readSealOf(layout: CacheLayout, key: string): Seal | undefined {
  try {
    return parseSeal(readCacheFile(layout.seal(key)).toString('latin1'))
  } catch {
    return undefined
  }
}

/** The attempt that the seal of a key names. */
export function sealedAttempt(layout: CacheLayout, key: string): number | undefined {
  return readSealOf(layout, key)?.attempt
}
