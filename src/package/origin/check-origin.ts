import type { PackageFile } from '../package-file.ts'
import { readBill } from './bill-of-materials.ts'
import { checkProvenance } from './provenance.ts'
import type { Statement } from './provenance-statement.ts'

/** What a package says of its origin, checked; undefined where it says nothing. */
export interface CheckedOrigin {
  /** How many components its bill of materials has, the package itself not counted. */
  readonly components: number | undefined
  readonly provenance: Statement | undefined
}

/**
 * Spec §5.8: reads both parts of the origin and compares the provenance with the package, whose launcher and slots `verifyPackage` has
 * compared with what is signed.
 * @throws OriginError ORIGIN_SLOT, SBOM_FORM, PROVENANCE_*; PackageError, CodecError
 */
export async function checkOrigin(pkg: PackageFile): Promise<CheckedOrigin> {
  const bill = pkg.metadata.sbom === undefined ? undefined : await readBill(pkg)
  const own = bill?.root === undefined ? 0 : 1
  return {
    components: bill === undefined ? undefined : bill.components.length - own,
    provenance: await checkProvenance(pkg),
  }
}
