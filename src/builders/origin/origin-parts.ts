import type { Signer } from '../../crypto/signer.ts'
import type { Platform } from '../../format/platform.ts'
import type { OriginPart, PackageParts } from '../../package/origin/add-origin.ts'
import { sealStatement } from '../../package/origin/dsse-envelope.ts'
import type { PlannedComponent } from '../../package/origin/planned-origin.ts'
import { encodeStatement, type Predicate } from '../../package/origin/provenance-statement.ts'
import { describeBuild, type ProvenanceRequest, partSubjects } from './build-provenance.ts'
import { writeBill } from './cyclonedx.ts'
import { LAUNCHER_REF, launcherComponent } from './launcher-components.ts'
import { fileComponents, libraryComponents } from './slot-components.ts'

export interface OriginRequest extends ProvenanceRequest {
  readonly key: Signer
  /** The platform that the launcher is for. */
  readonly platform: Platform | undefined
}

/** The bill of materials of a package, as the writer asks for it. */
export function billPart({ origin, parameters, platform }: OriginRequest): OriginPart {
  return {
    key: 'sbom',
    make: parts => {
      const launcher = launcherComponent(parts.launcher, platform)
      const found = parts.slots.flatMap(part =>
        origin.knownSlots.includes(part.id) ? libraryComponents(part) : fileComponents(part),
      )
      const components = [...origin.components, ...found, launcher]
      const dependsOn = [...origin.dependsOn, ...found.map(({ ref }) => ref), LAUNCHER_REF]
      const { sourceDateEpoch: timestamp } = parameters
      return writeBill({
        package: parts.package,
        components: unique(components),
        dependsOn,
        ...(timestamp === undefined ? {} : { timestamp }),
      })
    },
  }
}

/**
 * The signed provenance of a package, as the writer asks for it; `onPredicate` is told what it says, for a statement about the finished
 * file.
 */
export function provenancePart(request: OriginRequest, onPredicate: (predicate: Predicate) => void): OriginPart {
  return {
    key: 'provenance',
    make: async (parts: PackageParts) => {
      const predicate = describeBuild(request, parts)
      onPredicate(predicate)
      return sealStatement(encodeStatement(partSubjects(parts), predicate), request.key)
    },
  }
}

/** Refs name components: of two with one the first counts. */
function unique(components: readonly PlannedComponent[]): PlannedComponent[] {
  return [...new Map(components.toReversed().map(component => [component.ref, component])).values()].toReversed()
}
