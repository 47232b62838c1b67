import { FormatError } from '../format/format-error.ts'
import { formatOperations, type OperationChain, parseOperations } from '../format/operations.ts'
import { parseTarget } from '../format/target-path.ts'
import { type FieldPath, fieldError, type ManifestSource } from './manifest-source.ts'

/** The chains that we can write. Others have names in the format, but nothing here or in a launcher decodes them. */
const WRITABLE = ['raw', 'gzip', 'zstd', 'tar', 'tgz', 'tar.zst'] as const

/**
 * The operations of a slot as its manifest writes them. A builder of the reference takes what it does not know for `raw`, and the
 * package breaks on the user's machine; here it is refused.
 * @throws ManifestError MANIFEST_OPERATION
 */
export function slotOperations(text: string, source: ManifestSource, field: FieldPath): OperationChain {
  const want = `one of ${WRITABLE.join(', ')}`
  try {
    const chain = parseOperations(text, 0)
    if ((WRITABLE as readonly string[]).includes(formatOperations(chain))) return chain
    throw fieldError('MANIFEST_OPERATION', source, field, {
      got: `${JSON.stringify(text)}, which we cannot apply`,
      want,
    })
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause
    throw fieldError('MANIFEST_OPERATION', source, field, { got: JSON.stringify(text), want })
  }
}

/**
 * Where a slot goes, relative to the work environment.
 * @throws ManifestError MANIFEST_VALUE
 */
export function slotTarget(text: string, source: ManifestSource, field: FieldPath): string {
  try {
    return parseTarget(text, 0)
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause
    const want = 'a plain path below {workenv}'
    throw fieldError('MANIFEST_VALUE', source, field, { got: JSON.stringify(text), want })
  }
}
