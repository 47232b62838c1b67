import { expect, test } from 'vitest'
import { billPart, provenancePart } from '../../../src/builders/origin/origin-parts.ts'
import type { ListingEntry } from '../../../src/format/tree-listing.ts'
import { parseBill } from '../../../src/package/origin/bill-of-materials.ts'
import { openEnvelope } from '../../../src/package/origin/dsse-envelope.ts'
import type { Predicate } from '../../../src/package/origin/provenance-statement.ts'
import { PREDICATE } from '../../support/origin-sample.ts'
import { TEST_KEY } from '../../support/sample-plan.ts'

const entry = (path: string): ListingEntry => ({ type: 'f', mode: 0o444, size: 1, sha256: '12'.repeat(32), path })
const slot = (id: string, path: string) => {
  return { id, source: id, checksum: '11'.repeat(32), tree: '22'.repeat(32), files: 1, listing: [entry(path)] }
}
const PARTS = {
  package: { name: 'app', version: '1' },
  launcher: { tool: 'mine', toolVersion: 'unknown', size: 1, checksum: '00'.repeat(32) },
  slots: [slot('python', 'lib/libz.so.1'), slot('python-2', 'bin/x'), slot('data', 'x.txt')],
}
const REQUEST = {
  origin: {
    components: [
      { ref: 'a', type: 'library', name: 'a' } as const,
      { ref: 'a', type: 'library', name: 'again' } as const,
    ],
    dependsOn: ['a'],
    knownSlots: ['python'],
    sources: { directory: '/nowhere', paths: [], files: [], trees: [] },
  },
  parameters: PREDICATE.buildDefinition.externalParameters,
  sources: [],
  key: TEST_KEY,
  platform: undefined,
}

test('the bill has components, libraries of slots that these explain, files of other slots, and the launcher', async () => {
  const { components } = parseBill(await billPart(REQUEST).make(PARTS), 'x')
  expect(components.map(({ ref }) => ref).sort()).toEqual([
    ...['a', 'file:data/x.txt', 'file:python-2/bin/x', 'launcher', 'library:python/lib/libz.so.1', 'package'],
  ])
  expect(components.find(({ ref }) => ref === 'a')?.name).toBe('a')
  expect(components.find(({ ref }) => ref === 'package')?.dependsOn).toHaveLength(5)
})

test('the provenance is signed, and told to whoever needs it again', async () => {
  const told: Predicate[] = []
  const bytes = await provenancePart(REQUEST, predicate => told.push(predicate)).make(PARTS)
  expect(openEnvelope(bytes, TEST_KEY.publicKey, 'x').length).toBeGreaterThan(0)
  expect(told).toHaveLength(1)
})
