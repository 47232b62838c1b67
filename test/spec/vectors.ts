import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { OF_WORKENV } from '../../scripts/vectors/all.ts'

/** Where the vectors lie. */
export const ROOT = join(import.meta.dirname, '../../spec/vectors')

export type Level = 'open' | 'verify' | 'deep' | 'extract'

/** One vector as docs/vectors.md describes it. */
export interface LoadedVector {
  /** Such as `index/wrong-version`. */
  readonly id: string
  readonly area: string
  readonly comment: string
  readonly spec: string
  readonly kind: string
  readonly level?: Level
  /** Where its file lies, for those that have one. */
  readonly path?: string
  readonly input?: Readonly<Record<string, unknown>>
  readonly expect: { readonly ok?: Readonly<Record<string, unknown>>; readonly error?: string }
}

export function loadVectors(): LoadedVector[] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.json') && !path.startsWith(OF_WORKENV))
    .sort()
    .map(loadVector)
}

/** The bytes of a vector that has a file. */
export function bytesOf(vector: LoadedVector): Uint8Array {
  if (vector.path === undefined) throw new Error(`${vector.id} has no file`)
  return readFileSync(vector.path)
}

/** One value of `input`, as text. */
export function textOf(vector: LoadedVector, key: string): string {
  const value = vector.input?.[key]
  if (typeof value !== 'string') throw new Error(`${vector.id} has no input.${key}`)
  return value
}

/** One value of `input`, as a number. */
export function numberOf(vector: LoadedVector, key: string): number {
  const value = vector.input?.[key]
  if (typeof value !== 'number') throw new Error(`${vector.id} has no input.${key}`)
  return value
}

function loadVector(path: string): LoadedVector {
  const value = JSON.parse(readFileSync(join(ROOT, path), 'utf8'))
  const folder = dirname(path)
  const file = value.file === undefined ? {} : { path: join(ROOT, folder, value.file) }
  return { ...value, ...file, id: join(folder, basename(path, '.json')), area: folder }
}
