import { isSameKey } from './base64.ts'
import type { KeyLine } from './key-line.ts'
import type { Rotation } from './rotation.ts'

/** What moving one line of a keyring comes to (trust §6). */
export interface PinMove {
  readonly from: KeyLine
  /** The keys that take its place, each with the patterns that it is for. */
  readonly to: readonly { readonly publicKey: Uint8Array; readonly names: readonly string[] }[]
  /** Patterns of the old line that statements cover wholly: the others are for packages of which no statement speaks. */
  readonly covered: readonly string[]
}

/** trust §6: where statements lead the pins of a keyring. Lines whose key no statement rotates are not in it. Pure. */
export function pinMoves(lines: readonly KeyLine[], rotations: readonly Rotation[]): PinMove[] {
  return lines.flatMap(from => {
    const ends = from.names.map(pattern => ({ pattern, ...followed(from.publicKey, pattern, rotations) }))
    const reached = ends.flatMap(({ reached }) => reached)
    if (reached.length === 0) return []
    const to: { publicKey: Uint8Array; names: string[] }[] = []
    for (const { key, pattern } of reached) {
      const known = to.find(({ publicKey }) => isSameKey(publicKey, key))
      if (known === undefined) to.push({ publicKey: key, names: [pattern] })
      else if (!known.names.includes(pattern)) known.names.push(pattern)
    }
    return [{ from, to, covered: ends.filter(({ isCovered }) => isCovered).map(({ pattern }) => pattern) }]
  })
}

interface Pin {
  readonly key: Uint8Array
  readonly pattern: string
}

/** The last keys of all chains of statements that begin at a key, for what a pattern and the statements have in common. */
function followed(key: Uint8Array, pattern: string, rotations: readonly Rotation[]) {
  const pins: Pin[] = [{ key, pattern }]
  const reached: Pin[] = []
  let isCovered = false
  for (const pin of pins) {
    const next = rotations.filter(({ oldKey }) => isSameKey(oldKey, pin.key)).flatMap(step => stepsOf(pin, step))
    const isPassed = next.some(({ pattern }) => pattern === pin.pattern)
    if (pin === pins[0]) isCovered = isPassed
    else if (!isPassed) reached.push(pin)
    pins.push(
      ...next.filter(one => !pins.some(other => isSameKey(other.key, one.key) && other.pattern === one.pattern)),
    )
  }
  // Statements that lead around in a circle lead nowhere.
  return { reached, isCovered: isCovered && reached.length > 0 }
}

function stepsOf({ pattern }: Pin, { names, newKey }: Rotation): Pin[] {
  return names.flatMap(name => {
    const common = commonPattern(pattern, name)
    return common === undefined ? [] : [{ key: newKey, pattern: common }]
  })
}

/** The narrower of two patterns, where it is a part of the other. */
function commonPattern(one: string, other: string): string | undefined {
  if (isPartOf(one, other)) return one
  return isPartOf(other, one) ? other : undefined
}

function isPartOf(narrow: string, wide: string): boolean {
  return wide.endsWith('*') ? narrow.startsWith(wide.slice(0, -1)) : narrow === wide
}
