import { readFileSync } from 'node:fs'

/** workenv §4.6: an attempt in words, for people and for cleaning. */
export interface About {
  readonly name: string
  readonly version: string
  /** Hex content hash. */
  readonly content: string
  /** Path of the package file when it was unpacked. */
  readonly package: string
  /** Tree hashes of the shared slots that it links to. */
  readonly shares: readonly string[]
}

export function formatAbout({ name, version, content, package: path, shares }: About): string {
  return `${JSON.stringify({ name, version, content, package: path, shares })}\n`
}

/** Undefined for anything else than `formatAbout` writes; other keys are allowed. */
export function parseAbout(text: string): About | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { name, version, content, package: path, shares } = value as Record<string, unknown>
  const isText = [name, version, content, path].every(field => typeof field === 'string')
  if (!isText || !Array.isArray(shares) || !shares.every(tree => typeof tree === 'string')) return undefined
  return { name, version, content, package: path, shares } as About
}

export function readAbout(path: string): About | undefined {
  try {
    return parseAbout(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
