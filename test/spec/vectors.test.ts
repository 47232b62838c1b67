import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { OF_WORKENV, vectorFiles } from '../../scripts/vectors/all.ts'
import { CODEC_CODES } from '../../src/codecs/codec-error.ts'
import { FlavorError } from '../../src/format/flavor-error.ts'
import { FORMAT_CODES } from '../../src/format/format-error.ts'
import { PACKAGE_CODES } from '../../src/package/package-error.ts'
import { TRUST_CODES } from '../../src/trust/trust-error.ts'
import { readPackageVector } from './package-reader.ts'
import { STRUCTURE_READERS } from './structure-readers.ts'
import { type Level, type LoadedVector, loadVectors, ROOT } from './vectors.ts'

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

/** Codes that no vector can show, each with the reason. */
const WITHOUT_VECTOR: Readonly<Record<string, string>> = {
  FILE_READ: 'about the file system, not about bytes',
  FILE_CHANGED: 'needs a file that changes while it is read',
  OUTPUT_WRITE: 'about the file system',
  OUTPUT_EXISTS: 'about the file system',
  ENTRY_MODE: 'the archive reader refuses the bits first; the packer meets it',
  PLAN_INVALID: 'about writing',
  PROFILE_PORTABLE: 'about writing',
  LAUNCHER_UNUSABLE: 'about writing',
  READ_BACK: 'about writing',
  TAR_MEMBER: 'about writing',
  ENCODE_FAILED: 'about writing',
  TRUST_FILE_READ: 'about the file system',
  TRUST_FILE_UNSAFE: 'about the file system',
  TRUST_FILE_WRITE: 'about the file system',
}

describe('the vectors as a whole', () => {
  const refused = new Set(VECTORS.flatMap(vector => vector.expect.error ?? []))

  test.each(Object.keys({ ...FORMAT_CODES, ...CODEC_CODES, ...PACKAGE_CODES, ...TRUST_CODES }))(
    '%s is shown by a vector',
    code => {
      expect(refused.has(code) || WITHOUT_VECTOR[code] !== undefined).toBe(true)
      expect(refused.has(code) && WITHOUT_VECTOR[code] !== undefined, 'a reason for nothing').toBe(false)
    },
  )

  test('no area is empty, and good and hostile packages are many', () => {
    for (const area of readdirSync(ROOT).filter(name => `${name}/` !== OF_WORKENV)) expect(AREAS).toContain(area)
    const packages = VECTORS.filter(vector => vector.kind === 'package')
    expect(packages.filter(vector => vector.expect.ok).length).toBeGreaterThan(25)
    expect(packages.filter(vector => vector.expect.error).length).toBeGreaterThan(150)
  })

  test('every file belongs to a vector, and generating them again gives the same bytes', () => {
    const generated = vectorFiles()
    const present = readdirSync(ROOT, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    const paths = present.map(entry => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    expect(paths.filter(path => !path.startsWith(OF_WORKENV)).toSorted()).toEqual([...generated.keys()].toSorted())
    const changed = [...generated].filter(([path, bytes]) => !readFileSync(join(ROOT, path)).equals(bytes))
    expect(changed.map(([path]) => path)).toEqual([])
  })
})
