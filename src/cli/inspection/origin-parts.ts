import { type Bill, readBill } from '../../package/origin/bill-of-materials.ts'
import { readOrigin } from '../../package/origin/origin-slot.ts'
import { checkProvenance } from '../../package/origin/provenance.ts'
import type { Statement } from '../../package/origin/provenance-statement.ts'
import type { PackageFile } from '../../package/package-file.ts'
import { CliError } from '../cli-error.ts'
import { plainDocument } from '../ui/plain-text.ts'
import { dependencyObjects, dependencyTable, dependencyTree } from './dependency-text.ts'

/** What `inspect` was asked to show of the origin, instead of the package as a whole. */
export interface OriginFlags {
  readonly sbom: boolean
  readonly provenance: boolean
  readonly 'show-deps': boolean
  readonly 'dependency-tree': boolean
}

export interface ShownOrigin {
  readonly bill: Bill | undefined
  readonly provenance: Statement | undefined
}

/** The fields of these parts, which are null where they were not asked for. */
export const ORIGIN_FIELDS = {
  sbom: 'with --sbom: the CycloneDX document; else null',
  provenance: 'with --provenance: the in-toto statement, checked as `verify` does; else null',
  dependencies:
    'with --show-deps or --dependency-tree: ref, type, name, version, purl, licences, sha256 and depends_on (refs) of the package and of each component; else null',
} as const

/**
 * Reads what was asked for. A document is printed alone, so that it can go into a file.
 * @throws CliError FLAG_CONFLICT; OriginError and what reading slots throws
 */
export async function readShownOrigin(pkg: PackageFile, flags: OriginFlags, isJson: boolean): Promise<ShownOrigin> {
  const asked = Object.entries(flags).flatMap(([name, isSet]) => (isSet ? [`--${name}`] : []))
  const [first = '', second] = asked
  const isDocument = flags.sbom || flags.provenance
  if (!isJson && isDocument && second !== undefined) {
    throw new CliError('FLAG_CONFLICT', `${first} and ${second} exclude each other`, { flag: first, got: second })
  }
  const needsBill = flags.sbom || flags['show-deps'] || flags['dependency-tree']
  const bill = needsBill ? await readBill(pkg) : undefined
  if (flags.provenance) await readOrigin(pkg, 'provenance')
  return { bill, provenance: flags.provenance ? await checkProvenance(pkg) : undefined }
}

export function originObject({ bill, provenance }: ShownOrigin, flags: OriginFlags) {
  const isListed = flags['show-deps'] || flags['dependency-tree']
  return {
    sbom: flags.sbom && bill !== undefined ? (JSON.parse(bill.document) as unknown) : null,
    provenance: provenance ?? null,
    dependencies: isListed && bill !== undefined ? dependencyObjects(bill) : null,
  }
}

/** The text for people; undefined where nothing of this was asked for. */
export function originText({ bill, provenance }: ShownOrigin, flags: OriginFlags): string | undefined {
  if (provenance !== undefined) return plainDocument(`${JSON.stringify(provenance, null, 2)}\n`)
  if (bill === undefined) return undefined
  if (flags.sbom) return plainDocument(bill.document)
  const table = flags['show-deps'] ? dependencyTable(bill) : ''
  const tree = flags['dependency-tree'] ? dependencyTree(bill) : ''
  return table !== '' && tree !== '' ? `${table}\n${tree}` : `${table}${tree}`
}
