import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { writeBill } from '../../../src/builders/origin/cyclonedx.ts'
import { parseBill } from '../../../src/package/origin/bill-of-materials.ts'
import type { PlannedComponent } from '../../../src/package/origin/planned-origin.ts'

const COMPONENTS: readonly PlannedComponent[] = [
  { ref: 'b', type: 'library', name: 'b', version: '2', purl: 'pkg:pypi/b@2', licence: 'mit', sha256: '12'.repeat(32) },
  {
    ref: 'a',
    type: 'library',
    name: 'a',
    licence: 'MIT OR (Apache-2.0 WITH LLVM-exception)',
    dependsOn: ['b', 'none'],
  },
  {
    ref: 'c',
    type: 'application',
    name: 'c',
    licence: 'whatever I said',
    parts: [{ ref: 'd', type: 'file', name: 'd' }],
  },
]
const request = (components = COMPONENTS) => ({
  package: { name: 'app', version: '1.0', description: 'for tests' },
  components,
  dependsOn: ['a', 'c'],
})

test('§5.8 the document is CycloneDX 1.6, by the schema that its library has', async () => {
  const document = JSON.parse(Buffer.from(await writeBill({ ...request(), timestamp: 1_700_000_000 })).toString())
  const schemas = join(
    dirname(createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json')),
    'res/schema',
  )
  const read = (name: string) => JSON.parse(readFileSync(join(schemas, name), 'utf8'))
  const ajv = new Ajv({ strict: false, validateFormats: false })
  // Under the names by which the schema asks for them.
  for (const name of ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json']) {
    const { $id: _, ...schema } = read(name)
    ajv.addSchema(schema, `http://cyclonedx.org/schema/${name}`)
  }
  const validate = ajv.compile(read('bom-1.6.SNAPSHOT.schema.json'))
  expect(validate(document), JSON.stringify(validate.errors)).toBe(true)
  expect(document.metadata).toMatchObject({ timestamp: '2023-11-14T22:13:20.000Z', component: { name: 'app' } })
  expect(document.serialNumber).toMatch(
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  )
})

test('licences are SPDX where they are, else what was written', async () => {
  const { components } = parseBill(await writeBill(request()), 'x')
  const licences = new Map(components.map(({ ref, licences }) => [ref, licences]))
  expect(licences.get('b')).toEqual(['MIT'])
  expect(licences.get('a')).toEqual(['MIT OR (Apache-2.0 WITH LLVM-exception)'])
  expect(licences.get('c')).toEqual(['whatever I said'])
  expect(components.find(({ ref }) => ref === 'a')?.dependsOn).toEqual(['b'])
  expect(components.find(({ ref }) => ref === 'package')?.dependsOn).toEqual(['a', 'c'])
})

test('the same components in another order give the same bytes, other components another serial number', async () => {
  const bytes = Buffer.from(await writeBill(request()))
  expect(bytes.equals(await writeBill(request(COMPONENTS.toReversed())))).toBe(true)
  expect(bytes.toString()).not.toContain('timestamp')
  const serial = (text: Uint8Array) => JSON.parse(Buffer.from(text).toString()).serialNumber
  expect(serial(await writeBill(request(COMPONENTS.slice(1))))).not.toBe(serial(bytes))
})
