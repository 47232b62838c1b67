import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { PackageParts } from '../../../src/package/origin/add-origin.ts'
import { openPackage } from '../../../src/package/package-file.ts'
import { part } from '../../support/origin-sample.ts'
import { fileSlot, samplePlan, writeSample } from '../../support/sample-plan.ts'
import { scratch } from '../../support/scratch.ts'

async function written(profile: 'default' | 'portable' = 'default') {
  const directory = scratch()
  const plan = samplePlan(join(directory, 'plan'))
  const taken = fileSlot('sbom', join(directory, 'plan/readme.txt'), 'own.txt')
  const seen: PackageParts[] = []
  const listen = (key: 'sbom' | 'provenance') => ({
    key,
    make: async (parts: PackageParts) => {
      seen.push(parts)
      return part(key, key).make(parts)
    },
  })
  const origin = [listen('sbom'), listen('provenance')]
  const { path } = await writeSample(directory, { ...plan, slots: [...plan.slots, taken] }, { origin, profile })
  return { pkg: openPackage(path), seen }
}

test('§5.8 slots about the package stand behind its own, under names that are free', async () => {
  const { pkg, seen } = await written()
  expect(pkg.slots.map(({ id, isOrigin }) => [id, isOrigin])).toEqual([
    ['app', false],
    ['readme', false],
    ['sbom', false],
    ['sbom-2', true],
    ['provenance', true],
  ])
  expect(pkg.metadata).toMatchObject({ sbom: 'sbom-2', provenance: 'provenance' })
  expect(pkg.slots.at(-1)).toMatchObject({ lifecycle: 'lazy', isTree: false, target: '.flavor/provenance.json' })
  pkg.close()
  expect(seen.map(({ slots }) => slots.length)).toEqual([3, 4])
  expect(seen[0]).toMatchObject({ launcher: { tool: 'fake' }, package: { name: 'sample' } })
  expect(seen[0]?.slots[0]?.listing?.map(({ path }) => path)).toContain('bin/run')
})

test('§11 the portable profile has no zstd there either', async () => {
  const { pkg } = await written('portable')
  expect(pkg.metadata.slots.map(({ operations }) => operations)).not.toContain('zstd')
  pkg.close()
})
