import { join } from 'node:path'
import type { KeyPair } from '../../src/crypto/keys.ts'
import type { OriginPart, PackageParts } from '../../src/package/origin/add-origin.ts'
import { sealStatement } from '../../src/package/origin/dsse-envelope.ts'
import { slotSubject } from '../../src/package/origin/provenance.ts'
import {
  BUILD_TYPE,
  BUILDER,
  encodeStatement,
  type Predicate,
  type Subject,
} from '../../src/package/origin/provenance-statement.ts'
import { openPackage, type PackageFile } from '../../src/package/package-file.ts'
import { samplePlan, TEST_KEY, writeSample } from './sample-plan.ts'
import { scratch } from './scratch.ts'

export const PREDICATE: Predicate = {
  buildDefinition: {
    buildType: BUILD_TYPE,
    externalParameters: { manifest: 'app.json', profile: 'default', effort: 'fast', launcher: 'file', sbom: true },
    resolvedDependencies: [
      { name: 'revision', digest: { gitCommit: 'ab'.repeat(20) }, annotations: { dirty: true } },
      { name: 'app.json', digest: { sha256: '12'.repeat(32) } },
    ],
  },
  runDetails: { builder: { id: BUILDER, version: { flavor: '0.1.0' } } },
}

export const BILL = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  metadata: { component: { type: 'application', name: 'sample', version: '1.2.3', 'bom-ref': 'package' } },
  components: [
    { type: 'library', name: 'one', version: '1', 'bom-ref': 'one', licenses: [{ license: { id: 'MIT' } }] },
    {
      ...{ type: 'application', name: 'two\u001b[2J', 'bom-ref': 'two', purl: 'pkg:generic/two' },
      licenses: [{ expression: 'MIT OR Apache-2.0' }],
      hashes: [{ alg: 'SHA-256', content: '34'.repeat(32) }],
      components: [{ type: 'library', name: 'part', 'bom-ref': 'part', licenses: [{ license: { name: 'own' } }] }],
    },
  ],
  dependencies: [
    { ref: 'package', dependsOn: ['one', 'two'] },
    { ref: 'two', dependsOn: ['one', 'part'] },
    { ref: 'part', dependsOn: ['two'] },
  ],
}

export const BILL_PART: OriginPart = { key: 'sbom', make: async () => Buffer.from(JSON.stringify(BILL)) }

export function subjects({ launcher, slots }: PackageParts): Subject[] {
  const parts = slots.map(({ id, checksum }) => slotSubject(id, checksum))
  return [{ name: 'launcher', digest: { sha256: launcher.checksum } }, ...parts]
}

/** Signed provenance whose subjects a test may change. */
export function provenancePart(change = (all: Subject[]) => all, key: KeyPair = TEST_KEY): OriginPart {
  return {
    key: 'provenance',
    make: async parts => sealStatement(encodeStatement(change(subjects(parts)), PREDICATE), key),
  }
}

/** A package that says so much of its origin, in a directory of its own. */
export async function originPackage(origin: readonly OriginPart[]): Promise<PackageFile> {
  const directory = scratch()
  const { path } = await writeSample(directory, samplePlan(join(directory, 'plan')), { origin })
  return openPackage(path)
}

export const part = (key: OriginPart['key'], text: string): OriginPart => ({ key, make: async () => Buffer.from(text) })
