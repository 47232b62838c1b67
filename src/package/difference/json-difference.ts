/** One place at which two JSON values differ; undefined where one has nothing there. */
export interface JsonDifference {
  /** `build.timestamp`, `slots[app].size`; empty for the whole. */
  readonly path: string
  readonly a: unknown
  readonly b: unknown
}

/** Fields by which entries of a list know each other, if all entries have one and no two the same. */
const NAMES = ['id', 'bom-ref', 'ref', 'name', 'uri', 'path'] as const

/**
 * Where two JSON values differ, in the order of their keys. Lists whose entries have names are compared entry by entry, whatever their
 * order; other lists by position.
 */
export function* jsonDifferences(a: unknown, b: unknown, path = ''): Generator<JsonDifference> {
  if (isObject(a) && isObject(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      yield* jsonDifferences(a[key], b[key], path === '' ? key : `${path}.${key}`)
    }
    return
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    const [before, after] = named(a, b) ?? [byPosition(a), byPosition(b)]
    for (const key of new Set([...before.keys(), ...after.keys()])) {
      yield* jsonDifferences(before.get(key), after.get(key), `${path}[${key}]`)
    }
    return
  }
  if (!Object.is(a, b)) yield { path, a, b }
}

type Entries = ReadonlyMap<string, unknown>

function named(a: readonly unknown[], b: readonly unknown[]): [Entries, Entries] | undefined {
  const [before, after] = [byName(a), byName(b)]
  return before === undefined || after === undefined ? undefined : [before, after]
}

function byName(list: readonly unknown[]): Entries | undefined {
  const entries = list.map((entry): [string | undefined, unknown] => [nameOf(entry), entry])
  const names = new Set(entries.map(([name]) => name))
  if (names.has(undefined) || names.size !== list.length) return undefined
  return new Map(entries.map(([name = '', entry]) => [name, entry]))
}

function nameOf(entry: unknown): string | undefined {
  if (!isObject(entry)) return undefined
  return NAMES.map(field => entry[field]).find(value => typeof value === 'string')
}

function byPosition(list: readonly unknown[]): Entries {
  return new Map(list.map((entry, position) => [`${position}`, entry]))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
