import { expect, test } from 'vitest'
import { generateKeyPair } from '../../../src/crypto/keys.ts'
import { checkProvenance, packageSubjects } from '../../../src/package/origin/provenance.ts'
import { BILL_PART, originPackage, PREDICATE, provenancePart } from '../../support/origin-sample.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

test('§5.8 provenance is about the launcher and every slot but its own', async () => {
  const pkg = await originPackage([BILL_PART, provenancePart()])
  expect(await checkProvenance(pkg)).toMatchObject({ predicate: PREDICATE })
  expect(packageSubjects(pkg).map(({ name }) => name)).toEqual(['launcher', 'slot:app', 'slot:readme', 'slot:sbom'])
  pkg.close()
})

test('a package without provenance has none', async () => {
  const pkg = await originPackage([])
  expect(await checkProvenance(pkg)).toBeUndefined()
  pkg.close()
})

test('§5.8 refuses the provenance of another package, and that of another signer', async () => {
  const other = { name: 'slot:more', digest: { sha256: '00'.repeat(32) } }
  const parts = [
    [provenancePart(all => all.slice(1)), 'PROVENANCE_SUBJECT'],
    [provenancePart(all => [...all, other]), 'PROVENANCE_SUBJECT'],
    [provenancePart(all => [...all, ...all.slice(0, 1)]), 'PROVENANCE_SUBJECT'],
    [provenancePart(all => all.map(one => ({ ...one, digest: other.digest }))), 'PROVENANCE_SUBJECT'],
    [provenancePart(all => all, generateKeyPair()), 'PROVENANCE_SIGNATURE'],
  ] as const
  for (const [part, expected] of parts) {
    const pkg = await originPackage([part])
    await expect(checkProvenance(pkg)).rejects.toThrow(code(expected))
    pkg.close()
  }
})
