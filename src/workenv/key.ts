import { sha256Hex } from '../crypto/sha256.ts'

const NAME_LENGTH = 24
const VERSION_LENGTH = 16
/** 80 bits find the place; the whole hash in the seal decides (workenv §5.1). */
const CONTENT_DIGITS = 20
const PLACE_DIGITS = 8

export interface KeyParts {
  readonly name: string
  readonly version: string
  /** Hex SHA-256 of the metadata. */
  readonly contentHash: string
  /** The path of the base, where the package is bound to its place. */
  readonly place: string | undefined
}

/** workenv §3.1: the name of a work environment in its base. */
export function workenvKey({ name, version, contentHash, place }: KeyParts): string {
  const parts = [plainName(name, NAME_LENGTH), plainName(version, VERSION_LENGTH), contentHash.slice(0, CONTENT_DIGITS)]
  if (place !== undefined) parts.push(sha256Hex(Buffer.from(place)).slice(0, PLACE_DIGITS))
  return parts.join('-')
}

/** workenv §3.1: a name that no shell, file system or path gives a meaning to. */
export function plainName(text: string, length: number): string {
  const plain = text.replace(/[^A-Za-z0-9._-]/gu, '_').replace(/^[.-]/, '_')
  return plain === '' ? '_' : plain.slice(0, length)
}

/** What a file in `envs` is, by its name. */
export interface EnvsName {
  readonly key: string
  /** Absent for the files that belong to the key. */
  readonly attempt: number | undefined
  readonly kind: 'directory' | 'seal' | 'lock'
}

const ENVS_NAME = /^(.+-[0-9a-f]{20}(?:-[0-9a-f]{8})?)(?:\.([1-9][0-9]{0,8}))?(?:\.(seal|lock))?$/

/** workenv §2: undefined for a name that is not ours. */
export function parseEnvsName(name: string): EnvsName | undefined {
  const [, key, number, suffix] = ENVS_NAME.exec(name) ?? []
  if (key === undefined) return undefined
  const attempt = number === undefined ? undefined : Number(number)
  if (attempt === undefined ? suffix === undefined : suffix === 'seal') return undefined
  return { key, attempt, kind: suffix === undefined ? 'directory' : (suffix as 'seal' | 'lock') }
}
