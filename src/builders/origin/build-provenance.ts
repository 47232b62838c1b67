import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { versions } from 'node:process'
import { sha256Hex } from '../../crypto/sha256.ts'
import type { PackageParts } from '../../package/origin/add-origin.ts'
import type { PlannedOrigin } from '../../package/origin/planned-origin.ts'
import { slotSubject } from '../../package/origin/provenance.ts'
import {
  BUILD_TYPE,
  BUILDER,
  type BuildInput,
  type BuildParameters,
  type Predicate,
  type Subject,
} from '../../package/origin/provenance-statement.ts'
import type { Environment } from '../../tools/tool.ts'
import { VERSION } from '../../version.ts'
import { fingerprintSources } from '../python/source-fingerprint.ts'
import { sourceRevision } from './source-revision.ts'

export interface ProvenanceRequest {
  readonly origin: PlannedOrigin
  readonly parameters: BuildParameters
  /** As `sourceInputs` finds them, before anything is written beside the sources. */
  readonly sources: readonly BuildInput[]
}

/** Spec §5.8: how a package came to be, as SLSA provenance v1. The same inputs give the same predicate, wherever and by whomever. */
export function describeBuild({ origin, parameters, sources }: ProvenanceRequest, parts: PackageParts): Predicate {
  return {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: parameters,
      resolvedDependencies: [
        ...sources,
        ...slotInputs(origin, parts),
        ...componentInputs(origin),
        launcherInput(parts),
      ],
    },
    runDetails: {
      builder: { id: BUILDER, version: { flavor: VERSION, node: versions.node, zstd: versions.zstd ?? '' } },
    },
  }
}

/** Spec §5.8: the parts that a provenance inside of the package is about. */
export function partSubjects({ launcher, slots }: PackageParts): Subject[] {
  return [
    { name: 'launcher', digest: { sha256: launcher.checksum } },
    ...slots.map(({ id, checksum }) => slotSubject(id, checksum)),
  ]
}

/** The state of the project: its revision, its manifest and lock files, and all that a build can read there. */
export async function sourceInputs({ sources }: PlannedOrigin, environment: Environment): Promise<BuildInput[]> {
  const revision = await sourceRevision(sources, environment)
  const { directory, files, trees } = sources
  const there = files.filter(name => existsSync(join(directory, name)))
  return [
    ...(revision === undefined
      ? []
      : [{ name: 'revision', digest: { gitCommit: revision.commit }, annotations: { dirty: revision.isDirty } }]),
    ...there.map(name => ({ name, digest: { sha256: sha256Hex(readFileSync(join(directory, name))) } })),
    ...trees.map(tree => ({ name: tree.name, digest: { sha256: fingerprintSources(tree.directory) } })),
  ]
}

/** What went into slots as it was: the hash is that of the files, however they are stored. */
function slotInputs({ knownSlots }: PlannedOrigin, { slots }: PackageParts): BuildInput[] {
  return slots
    .filter(({ id, source }) => !knownSlots.includes(id) && source !== 'flavor pack')
    .map(({ id, source, tree }) => ({ name: `slot:${id}`, digest: { sha256: tree }, annotations: { source } }))
}

function componentInputs({ components }: PlannedOrigin): BuildInput[] {
  return components.flatMap(({ purl, sha256 }) =>
    purl === undefined || sha256 === undefined ? [] : [{ uri: purl, digest: { sha256 } }],
  )
}

function launcherInput({ launcher }: PackageParts): BuildInput {
  const { tool, toolVersion, checksum } = launcher
  return { name: 'launcher', digest: { sha256: checksum }, annotations: { tool, version: toolVersion } }
}
