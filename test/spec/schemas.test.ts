import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { FlavorError } from '../../src/format/flavor-error.ts'
import { checkMetadata } from '../../src/format/metadata.ts'
import { bytesOf, type LoadedVector, loadVectors, ROOT } from './vectors.ts'

const VECTORS = loadVectors()
/** Every kind of value that a field could have. */
const VALUES: readonly unknown[] = [
  ...[undefined, null, true, 0, -1, 1, 1.5, '', 'x', '0644', '08', 'a\0b', 'any', 'strict', 'linux', 'init', '2.36'],
  ...[[], [''], [{}], {}, { a: 'b' }, { 'a=b': 'c' }, { a: 1 }, { a: { argv: ['x'] } }, { a: { argv: [] } }],
  ...[{ type: 'execute', command: 'x' }, { type: 'chmod', path: 'x', mode: '9' }, 'a'.repeat(16), 'a'.repeat(64)],
  ...[`sha256:${'a'.repeat(64)}`, `sha256:sha256:${'a'.repeat(64)}`, `sha256:${'A'.repeat(64)}`],
]
const validVector = compile('vector')
const validMetadata = compile('metadata')

test.each(VECTORS.map(vector => vector.id))('%s fits the schema of vectors', id => {
  const value: unknown = JSON.parse(readFileSync(join(ROOT, `${id}.json`), 'utf8'))
  expect(validVector(value), JSON.stringify(validVector.errors)).toBe(true)
})

describe('§5.3 the JSON Schema and the reader agree', () => {
  const texts = VECTORS.flatMap(vector => metadataOf(vector) ?? [])

  test('on the metadata of every vector', () => {
    expect(texts.length).toBeGreaterThan(50)
    expect(texts.filter(value => !isAccepted(value)).length).toBeGreaterThan(5)
    for (const value of texts) expect(validMetadata(value), JSON.stringify(value)).toBe(isAccepted(value))
  })

  const full = fullMetadata()

  test('a metadata with every key is accepted', () => {
    expect(isAccepted(full)).toBe(true)
    expect(validMetadata(full)).toBe(true)
  })

  test.each(keysOf(full).map(path => path.join('.')))('on every kind of value for %s', key => {
    for (const value of VALUES) {
      const changed = replaced(full, key.split('.'), value)
      expect(validMetadata(changed), `${key} = ${JSON.stringify(value)}`).toBe(isAccepted(changed))
    }
  })

  test('no key of the schema is left out', () => {
    const { properties, $defs } = JSON.parse(readFileSync(join(ROOT, '../schemas/metadata.schema.json'), 'utf8'))
    expect(Object.keys(full).toSorted()).toEqual(Object.keys(properties).toSorted())
    const [slot] = full.slots as object[]
    expect(Object.keys(slot ?? {}).toSorted()).toEqual(Object.keys($defs.slot.properties).toSorted())
  })
})

function compile(name: string): ValidateFunction {
  const schema: object = JSON.parse(readFileSync(join(ROOT, `../schemas/${name}.schema.json`), 'utf8'))
  return new Ajv2020({ strict: false }).compile(schema)
}

function isAccepted(value: unknown): boolean {
  try {
    checkMetadata(value)
    return true
  } catch (error) {
    if (error instanceof FlavorError && error.code === 'METADATA_SCHEMA') return false
    throw error
  }
}

/** The JSON of packages that are whole up to there. */
function metadataOf(vector: LoadedVector): unknown {
  if (vector.kind !== 'package') return undefined
  const file = Buffer.from(bytesOf(vector))
  if (file.length < 8200) return undefined
  const [offset, size] = [file.readBigUInt64LE(file.length - 8172), file.readBigUInt64LE(file.length - 8164)]
  try {
    return JSON.parse(gunzipSync(file.subarray(Number(offset), Number(offset + size))).toString())
  } catch {
    return undefined
  }
}

/** One metadata that has every key. */
function fullMetadata(): Record<string, unknown> {
  const of = (id: string) => {
    const vector = VECTORS.find(one => one.id === id)
    return (vector ? metadataOf(vector) : {}) as Record<string, unknown>
  }
  const setup = of('own/setup')
  const [slot] = setup.slots as object[]
  return {
    ...setup,
    slots: [
      {
        resolution: 'build',
        permissions: '0755',
        self_ref: false,
        share: false,
        platform: 'any',
        key_source: 'env:K',
        ...slot,
      },
    ],
    execution: of('own/commands').execution,
    verification: { signed: true, minimum_level: 'standard' },
    platforms: [{ os: 'linux', arch: 'amd64', libc: 'glibc', libc_version: '2.36' }],
    ephemeral: false,
    test_key: true,
    expires: 1,
    rotations: ['x'],
    sbom: 'sbom',
    provenance: 'provenance',
  }
}

/** Paths to all keys of a value, to those of the elements of arrays too. */
function keysOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  const inner =
    typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, element]) => keysOf(element, [...path, key]))
      : []
  return path.length === 0 ? inner : [path, ...inner]
}

/** A copy of `base` with one value changed. */
function replaced(base: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value
  if (Array.isArray(base)) return base.with(Number(key), replaced(base[Number(key)], rest, value))
  const object = Object(base)
  return { ...object, [key]: replaced(Reflect.get(object, key), rest, value) }
}
