import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeBuild, partSubjects, sourceInputs } from '../../../src/builders/origin/build-provenance.ts'
import { encodeStatement, parseStatement } from '../../../src/package/origin/provenance-statement.ts'
import { PREDICATE } from '../../support/origin-sample.ts'
import { scratch } from '../../support/scratch.ts'

const slot = (id: string, source = id) => ({ id, source, checksum: '11'.repeat(32), tree: '22'.repeat(32), files: 1 })
const PARTS = {
  package: { name: 'app', version: '1' },
  launcher: { tool: 'flavor-launcher', toolVersion: '1', size: 1, checksum: '00'.repeat(32) },
  slots: [slot('python'), slot('data'), slot('sbom', 'flavor pack')],
}
const COMPONENT = { ref: 'a', type: 'library', name: 'a', purl: 'pkg:pypi/a@1', sha256: '33'.repeat(32) } as const

function origin(directory: string) {
  const sources = {
    directory,
    paths: [directory],
    files: ['app.json', 'none.lock'],
    trees: [{ name: 'sources:.', directory }],
  }
  return { components: [COMPONENT], dependsOn: [], knownSlots: ['python'], sources }
}

test('inputs are told by digest: sources, slots that are taken as they are, components, the launcher', async () => {
  const directory = scratch()
  writeFileSync(join(directory, 'app.json'), '{}')
  const known = origin(directory)
  const sources = await sourceInputs(known, { PATH: '' })
  expect(sources.map(({ name }) => name)).toEqual(['app.json', 'sources:.'])
  const parameters = PREDICATE.buildDefinition.externalParameters
  const predicate = describeBuild({ origin: known, parameters, sources }, PARTS)
  const { resolvedDependencies } = predicate.buildDefinition
  expect(resolvedDependencies.slice(2)).toEqual([
    { name: 'slot:data', digest: { sha256: '22'.repeat(32) }, annotations: { source: 'data' } },
    { uri: 'pkg:pypi/a@1', digest: { sha256: '33'.repeat(32) } },
    {
      name: 'launcher',
      digest: { sha256: '00'.repeat(32) },
      annotations: { tool: 'flavor-launcher', version: '1' },
    },
  ])
  const statement = encodeStatement(partSubjects(PARTS), predicate)
  expect(Buffer.from(statement).toString()).not.toContain(directory)
  expect(parseStatement(statement, 'x').subject.map(({ name }) => name)).toEqual([
    ...['launcher', 'slot:python', 'slot:data', 'slot:sbom'],
  ])
})
