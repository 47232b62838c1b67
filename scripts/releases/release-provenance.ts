import { basename, join } from 'node:path'
import { versions } from 'node:process'
import { hashFile } from '../../src/builders/launcher/file-hash.ts'
import { sourceRevision } from '../../src/builders/origin/source-revision.ts'
import type { Signer } from '../../src/crypto/signer.ts'
import { sealStatement } from '../../src/package/origin/dsse-envelope.ts'
import { BUILDER, PREDICATE_FORMAT, STATEMENT_FORMAT } from '../../src/package/origin/provenance-statement.ts'
import type { Environment } from '../../src/tools/tool.ts'
import { VERSION } from '../../src/version.ts'

/** What the parameters of such a build mean: docs/release.md. */
export const RELEASE_TYPE = 'urn:flavor:release:1'

export interface ReleaseBuild {
  /** The checkout. */
  readonly root: string
  readonly platforms: readonly string[]
  readonly environment: Environment
}

/** One signed statement about all files of a release: from which commit, with which lock files, for which platforms. */
export async function releaseProvenance(
  paths: readonly string[],
  build: ReleaseBuild,
  key: Signer,
): Promise<Uint8Array> {
  const statement = {
    _type: STATEMENT_FORMAT,
    subject: paths.map(path => ({ name: basename(path), digest: { sha256: hashFile(path).sha256 } })),
    predicateType: PREDICATE_FORMAT,
    predicate: {
      buildDefinition: {
        buildType: RELEASE_TYPE,
        externalParameters: { platforms: build.platforms },
        resolvedDependencies: await inputs(build),
      },
      runDetails: { builder: { id: BUILDER, version: { flavor: VERSION, node: versions.node } } },
    },
  }
  return sealStatement(Buffer.from(JSON.stringify(statement)), key)
}

async function inputs({ root, environment }: ReleaseBuild) {
  const sources = { directory: root, paths: [root], files: [], trees: [] }
  const revision = await sourceRevision(sources, environment)
  const locks = ['package-lock.json', 'launchers/native/Cargo.lock']
  return [
    ...(revision === undefined
      ? []
      : [{ name: 'revision', digest: { gitCommit: revision.commit }, annotations: { dirty: revision.isDirty } }]),
    ...locks.map(name => ({ name, digest: { sha256: hashFile(join(root, name)).sha256 } })),
  ]
}
