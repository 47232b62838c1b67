import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RELEASE_TYPE, releaseProvenance } from '../../../scripts/releases/release-provenance.ts'
import { openEnvelope } from '../../../src/package/origin/dsse-envelope.ts'
import { installationRoot } from '../../../src/tools/installation.ts'
import { TEST_KEY } from '../../support/sample-plan.ts'
import { scratch } from '../../support/scratch.ts'

test('one statement is about all files, and says what they were made from', async () => {
  const directory = scratch()
  const path = join(directory, 'flavor.tgz')
  writeFileSync(path, '')
  const build = { root: installationRoot(), platforms: ['linux_amd64'], environment: process.env }
  const envelope = await releaseProvenance([path], build, TEST_KEY)
  const text = Buffer.from(openEnvelope(envelope, TEST_KEY.publicKey, 'x')).toString()
  expect(text).not.toContain(directory)
  const { subject, predicate } = JSON.parse(text)
  expect(subject).toEqual([{ name: 'flavor.tgz', digest: { sha256: expect.stringMatching(/^e3b0c442/) } }])
  const { buildType, externalParameters, resolvedDependencies } = predicate.buildDefinition
  expect([buildType, externalParameters]).toEqual([RELEASE_TYPE, { platforms: ['linux_amd64'] }])
  const names = resolvedDependencies.map(({ name }: { name: string }) => name)
  expect(names).toEqual(expect.arrayContaining(['package-lock.json', 'launchers/native/Cargo.lock']))
})
