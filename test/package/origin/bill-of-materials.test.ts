import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseBill, readBill } from '../../../src/package/origin/bill-of-materials.ts'
import { OriginError } from '../../../src/package/origin/origin-error.ts'
import { BILL, BILL_PART, originPackage } from '../../support/origin-sample.ts'

const parse = (value: unknown) => parseBill(Buffer.from(JSON.stringify(value)), 'slot sbom')

test('components are found wherever they are nested, the package first', async () => {
  const pkg = await originPackage([BILL_PART])
  const { root, components } = await readBill(pkg)
  pkg.close()
  expect(root).toBe('package')
  expect(components.map(({ ref }) => ref)).toEqual(['package', 'one', 'two', 'part'])
  expect(components[2]).toMatchObject({
    licences: ['MIT OR Apache-2.0'],
    sha256: '34'.repeat(32),
    dependsOn: ['one', 'part'],
  })
  expect(components.map(({ licences }) => licences[0])).toEqual([undefined, 'MIT', 'MIT OR Apache-2.0', 'own'])
})

test('a document may say nothing of itself', () => {
  const { root, components } = parse({
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    components: [{ type: 'file', name: 'a' }],
  })
  expect([root, components]).toMatchObject([undefined, [{ ref: 'component 0', dependsOn: [] }]])
})

test('§5.8 refuses what is no CycloneDX 1.6', () => {
  for (const value of [{}, [], { ...BILL, specVersion: '1.5' }, { ...BILL, components: [{}] }]) {
    expect(() => parse(value)).toThrow(expect.objectContaining({ code: 'SBOM_FORM' }))
  }
})

test('§5.8 a document that is nested without end runs nobody out of stack', () => {
  const nested = (depth: number) => {
    const opened = '{"type":"file","name":"a[","components":['.repeat(depth)
    const document = `{"bomFormat":"CycloneDX","specVersion":"1.6","components":[${opened}${']}'.repeat(depth)}]}`
    return () => parseBill(Buffer.from(document), 'x')
  }
  expect(nested(60)).not.toThrow()
  expect(nested(100_000)).toThrow(expect.objectContaining({ code: 'SBOM_FORM' }))
})

test('any bytes are read or refused by name', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map(text => Buffer.from(text)),
      ),
      bytes => {
        expect(() => parseBill(bytes, 'x')).toThrow(OriginError)
      },
    ),
  )
})
