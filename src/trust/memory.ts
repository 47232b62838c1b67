import { ED25519_KEY_SIZE } from '../crypto/ed25519.ts'
import { compareVersions } from '../format/version-order.ts'
import { decodeBase64, encodeBase64, isSameKey } from './base64.ts'
import { escapeName, parseNames, unescapeName } from './package-names.ts'
import { TrustError } from './trust-error.ts'

/** trust §5.1. */
export const MAX_MEMORY_FILE = 16 * 1024 * 1024

const FIRST_LINE = 'flavor-seen 1'

/** trust §5.1: what was seen of the packages of one name that one key signed. */
export interface Seen {
  readonly name: string
  readonly publicKey: Uint8Array
  /** The highest. */
  readonly version: string
  /** Whether this key was accepted last. */
  readonly isCurrent: boolean
}

/** trust §5.1: all that was seen. */
export type Memory = readonly Seen[]

/**
 * trust §5.1: exactly what `formatMemory` writes, for a memory that starts afresh accepts everybody.
 * @throws TrustError TRUST_LINE
 */
export function parseMemory(bytes: Uint8Array, where: string): Memory {
  const text = bytes.length > MAX_MEMORY_FILE ? '' : Buffer.from(bytes).toString()
  const memory = text.split('\n').slice(1, -1).map(parseSeen)
  const isWhole = memory.every(seen => seen !== undefined)
  if (isWhole && Buffer.from(formatMemory(memory)).equals(bytes) && isOneEach(memory)) return memory
  const line = text.split('\n').findIndex((line, at) => (at === 0 ? line !== FIRST_LINE : memory[at - 1] === undefined))
  const at = line < 0 ? '' : `:${line + 1}`
  const message = `${where}${at}: the memory of packages that were seen is damaged (trust §5.1)`
  const hint = `put a copy back, or look at it and remove it: every package then counts as new`
  throw new TrustError('TRUST_LINE', message, { file: where, want: 'what flavor wrote' }, { hint })
}

function parseSeen(line: string): Seen | undefined {
  const [name = '', key = '', version = '', state, ...more] = line.split(' ')
  const publicKey = decodeBase64(key, ED25519_KEY_SIZE)
  const isPlain = parseNames(name)?.length === 1 && !name.endsWith('*') && version !== ''
  if (publicKey === undefined || !isPlain || more.length > 0) return undefined
  if (state !== 'current' && state !== 'former') return undefined
  return { name: unescapeName(name), publicKey, version: unescapeVersion(version), isCurrent: state === 'current' }
}

function unescapeVersion(text: string): string {
  return text === '-' ? '' : text === '%2D' ? '-' : unescapeName(text)
}

/** No name and key twice, and one current key for each name. */
function isOneEach(memory: Memory): boolean {
  const current = memory.filter(({ isCurrent }) => isCurrent).map(({ name }) => name)
  const names = new Set(memory.map(({ name }) => name))
  const keys = new Set(memory.map(({ name, publicKey }) => `${escapeName(name)} ${encodeBase64(publicKey)}`))
  return keys.size === memory.length && current.length === names.size && new Set(current).size === names.size
}

/** trust §5.1: the text of the file. */
export function formatMemory(memory: Memory): string {
  const lines = memory.map(({ name, publicKey, version, isCurrent }) => {
    const escaped = version === '' ? '-' : version === '-' ? '%2D' : escapeName(version)
    return `${escapeName(name)} ${encodeBase64(publicKey)} ${escaped} ${isCurrent ? 'current' : 'former'}`
  })
  const sorted = lines.map(line => Buffer.from(line)).sort(Buffer.compare)
  return [FIRST_LINE, ...sorted, ''].join('\n')
}

/** The key that was accepted last for packages of this name. */
export function currentKey(memory: Memory, name: string): Uint8Array | undefined {
  return memory.find(seen => seen.name === name && seen.isCurrent)?.publicKey
}

/** The highest version that was seen of this name by this key. */
export function highestVersion(memory: Memory, name: string, key: Uint8Array): string | undefined {
  return memory.find(seen => isOf(seen, name, key))?.version
}

/** trust §5.1: what is known after a package was accepted. The same value where that is nothing new. */
export function remember(memory: Memory, { name, version, publicKey }: Omit<Seen, 'isCurrent'>): Memory {
  const known = memory.find(seen => isOf(seen, name, publicKey))
  const isNewer = known === undefined || compareVersions(version, known.version) > 0
  if (known?.isCurrent && !isNewer) return memory
  const others = memory.filter(seen => seen !== known)
  const former = others.map(seen => (seen.name === name ? { ...seen, isCurrent: false } : seen))
  return [...former, { name, publicKey, version: isNewer ? version : known.version, isCurrent: true }]
}

function isOf(seen: Seen, name: string, key: Uint8Array): boolean {
  return seen.name === name && isSameKey(seen.publicKey, key)
}
