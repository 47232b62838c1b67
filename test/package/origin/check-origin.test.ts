import { expect, test } from 'vitest'
import { checkOrigin } from '../../../src/package/origin/check-origin.ts'
import { BILL_PART, originPackage, part, provenancePart } from '../../support/origin-sample.ts'

test('§5.8 both parts are read, and their absence is told', async () => {
  const pkg = await originPackage([BILL_PART, provenancePart()])
  expect(await checkOrigin(pkg)).toMatchObject({ components: 3, provenance: { _type: expect.any(String) } })
  pkg.close()
  const bare = await originPackage([])
  expect(await checkOrigin(bare)).toEqual({ components: undefined, provenance: undefined })
  bare.close()
  const wrong = await originPackage([part('sbom', '{}')])
  await expect(checkOrigin(wrong)).rejects.toThrow(expect.objectContaining({ code: 'SBOM_FORM' }))
  wrong.close()
})
