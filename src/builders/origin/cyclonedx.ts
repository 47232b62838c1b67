import type { Models } from '@cyclonedx/cyclonedx-library'
import { sha256 } from '../../crypto/sha256.ts'
import type { PackageParts } from '../../package/origin/add-origin.ts'
import type { PlannedComponent } from '../../package/origin/planned-origin.ts'
import { VERSION } from '../../version.ts'

/** `bom-ref` of the package itself. */
const ROOT = 'package'

export interface BillRequest {
  readonly package: PackageParts['package']
  readonly components: readonly PlannedComponent[]
  /** Refs of what the package itself needs. */
  readonly dependsOn: readonly string[]
  /** Seconds since 1970, where a time was asked for. */
  readonly timestamp?: number
}

/**
 * Spec §5.8: the bill of materials as CycloneDX 1.6. The same components give the same bytes: all is sorted, and the serial number comes
 * from the rest of the document.
 */
export async function writeBill(request: BillRequest): Promise<Uint8Array> {
  // Loading it takes longer than most verbs do.
  const library = await import('@cyclonedx/cyclonedx-library')
  const licences = new library.Contrib.License.Factories.LicenseFactory((await import('spdx-expression-parse')).default)
  const bom = new library.Models.Bom()
  bom.metadata.tools.components.add(
    new library.Models.Component(library.Enums.ComponentType.Application, 'flavor', { version: VERSION }),
  )
  if (request.timestamp !== undefined) bom.metadata.timestamp = new Date(request.timestamp * 1000)
  const make = componentMaker(library, licences)
  const { name, version, description } = request.package
  const root = make.component({ ref: ROOT, type: 'application', name, version, dependsOn: request.dependsOn })
  if (description) root.description = description
  bom.metadata.component = root
  for (const component of request.components) bom.components.add(make.component(component))
  make.link()
  const serializer = new library.Serialize.JsonSerializer(
    new library.Serialize.JSON.Normalize.Factory(library.Spec.Spec1dot6),
  )
  const options = { sortLists: true, space: 1 }
  bom.serialNumber = serialNumber(Buffer.from(serializer.serialize(bom, options)))
  return Buffer.from(`${serializer.serialize(bom, options)}\n`)
}

type Library = typeof import('@cyclonedx/cyclonedx-library')
type Licences = InstanceType<Library['Contrib']['License']['Factories']['LicenseFactory']>

/** Components are linked when all of them are there. */
function componentMaker(library: Library, licences: Licences) {
  const made = new Map<string, Models.Component>()
  const needs: [Models.Component, readonly string[]][] = []
  const component = (planned: PlannedComponent): Models.Component => {
    const { ref, type, name, version, purl, sha256, licence, properties = {}, parts = [], dependsOn = [] } = planned
    const result = new library.Models.Component(typeOf(library, type), name, {
      bomRef: ref,
      ...(version === undefined ? {} : { version }),
      ...(purl === undefined ? {} : { purl }),
      properties: new library.Models.PropertyRepository(
        Object.entries(properties).map(([key, value]) => new library.Models.Property(key, value)),
      ),
    })
    if (sha256 !== undefined) result.hashes.set(library.Enums.HashAlgorithm['SHA-256'], sha256)
    if (planned.sha512 !== undefined) result.hashes.set(library.Enums.HashAlgorithm['SHA-512'], planned.sha512)
    if (licence !== undefined) result.licenses.add(licences.makeFromString(licence))
    for (const part of parts) result.components.add(component(part))
    made.set(ref, result)
    needs.push([result, dependsOn])
    return result
  }
  const link = (): void => {
    for (const [from, refs] of needs) {
      for (const ref of refs) {
        const to = made.get(ref)
        if (to !== undefined) from.dependencies.add(to.bomRef)
      }
    }
  }
  return { component, link }
}

function typeOf({ Enums }: Library, type: PlannedComponent['type']) {
  const types = { application: Enums.ComponentType.Application, library: Enums.ComponentType.Library }
  return type === 'file' ? Enums.ComponentType.File : types[type]
}

/** RFC 9562 §5.8: a UUID of version 8, whose bits are ours to choose: those of a hash. */
function serialNumber(document: Uint8Array): string {
  const bytes = sha256(document).slice(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = Buffer.from(bytes).toString('hex')
  return `urn:uuid:${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')}`
}
