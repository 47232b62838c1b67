import { describe, expect, test } from 'vitest'
import { FlavorError } from '../../src/format/flavor-error.ts'
import { readPackageVector } from './package-reader.ts'
import { STRUCTURE_READERS } from './structure-readers.ts'
import { type Level, type LoadedVector, loadVectors } from './vectors.ts'

const VECTORS = loadVectors()
const AREAS = [...new Set(VECTORS.map(vector => vector.area))]

describe.each(AREAS)('%s', area => {
  test.each(VECTORS.filter(vector => vector.area === area))('$spec $id: $comment', async vector => {
    const found = await outcomeOf(vector)
    expect(found).toEqual({ ...vector.expect, ...(vector.level === undefined ? {} : { level: vector.level }) })
  })
})

/** What a reader makes of a vector, in the words of the vector. */
async function outcomeOf(vector: LoadedVector): Promise<unknown> {
  let level: Level | undefined
  try {
    const ok = vector.kind === 'package' ? await readPackageVector(vector, at => (level = at)) : await structure(vector)
    return { ok, ...(level && { level }) }
  } catch (error) {
    if (!(error instanceof FlavorError)) throw error
    return { error: error.code, ...(level && { level }) }
  }
}

async function structure(vector: LoadedVector): Promise<unknown> {
  const read = STRUCTURE_READERS[vector.kind]
  if (read === undefined) throw new Error(`${vector.id}: nothing reads ${vector.kind}`)
  return read(vector)
}
