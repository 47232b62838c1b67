import { expect, test } from 'vitest'
import { originObject, originText, readShownOrigin } from '../../../src/cli/inspection/origin-parts.ts'
import { BILL, BILL_PART, originPackage, provenancePart } from '../../support/origin-sample.ts'

const NONE = { sbom: false, provenance: false, 'show-deps': false, 'dependency-tree': false }
const code = (expected: string) => expect.objectContaining({ code: expected })

async function shown(flags: Partial<typeof NONE>, origin = [BILL_PART, provenancePart()], isJson = false) {
  const pkg = await originPackage(origin)
  const all = { ...NONE, ...flags }
  try {
    const found = await readShownOrigin(pkg, all, isJson)
    return { text: originText(found, all), object: originObject(found, all) }
  } finally {
    pkg.close()
  }
}

test('nothing is read that was not asked for', async () => {
  expect(await shown({}, [])).toEqual({ text: undefined, object: { sbom: null, provenance: null, dependencies: null } })
})

test('a document is printed as it is stored', async () => {
  const { text, object } = await shown({ sbom: true })
  expect(text).toBe(JSON.stringify(BILL))
  expect(object).toMatchObject({ sbom: BILL, dependencies: null })
})

test('provenance is printed once it is known to be of this package', async () => {
  const { text, object } = await shown({ provenance: true })
  expect(JSON.parse(text ?? '')).toEqual(object.provenance)
  await expect(shown({ provenance: true }, [provenancePart(all => all.slice(1))])).rejects.toThrow(
    code('PROVENANCE_SUBJECT'),
  )
})

test('lists and trees can be had together, documents only alone', async () => {
  const { text, object } = await shown({ 'show-deps': true, 'dependency-tree': true })
  expect(text).toMatch(/^type .*\n\nsample 1\.2\.3\n├── one 1\n/s)
  expect(object.dependencies).toHaveLength(4)
  await expect(shown({ sbom: true, provenance: true })).rejects.toThrow(code('FLAG_CONFLICT'))
  expect((await shown({ sbom: true, provenance: true }, undefined, true)).object).toMatchObject({ sbom: BILL })
})

test('what the package does not say cannot be shown', async () => {
  await expect(shown({ sbom: true }, [])).rejects.toThrow(code('ORIGIN_ABSENT'))
  await expect(shown({ provenance: true }, [])).rejects.toThrow(code('ORIGIN_ABSENT'))
})
