import { type FieldPath, fieldError, type ManifestSource } from './manifest-source.ts'
import type { ProjectSlot } from './project.ts'

interface WrittenKey {
  readonly encryption?: 'aes256' | null | undefined
  readonly key_source?: string | null | undefined
  readonly share?: boolean | undefined
}

/**
 * Spec §4.7: `encryption` and `key_source` of a slot, of which neither means anything without the other.
 * @throws ManifestError MANIFEST_VALUE, MANIFEST_MISSING
 */
export function slotKey(slot: WrittenKey, source: ManifestSource, field: FieldPath): Pick<ProjectSlot, 'keySource'> {
  const [encryption, keySource] = [slot.encryption ?? undefined, slot.key_source ?? undefined]
  if (encryption === undefined && keySource === undefined) return {}
  if (encryption === undefined) throw missing(source, field, 'encryption', '"aes256"')
  if (keySource === undefined) throw missing(source, field, 'key_source', 'env:NAME, file:PATH or command:PROGRAM')
  if (slot.share === true) {
    const message = 'an encrypted slot cannot be shared: other packages would find it in the open'
    throw fieldError('MANIFEST_VALUE', source, [...field, 'share'], { got: 'true', want: 'false', message })
  }
  const fault = sourceFault(keySource)
  if (fault === undefined) return { keySource }
  throw fieldError('MANIFEST_VALUE', source, [...field, 'key_source'], { got: JSON.stringify(keySource), want: fault })
}

/** What a launcher would refuse, on whatever system it runs. */
function sourceFault(source: string): string | undefined {
  const rest = source.slice(source.indexOf(':') + 1)
  if (source.startsWith('env:')) {
    return /^(?!FLAVOR_)[^=\0]+$/i.test(rest) ? undefined : 'a variable whose name does not begin with FLAVOR_'
  }
  return /^["']?(?:\/|[A-Za-z]:[\\/])/.test(rest) ? undefined : 'an absolute path: a program is started anywhere'
}

function missing(source: ManifestSource, field: FieldPath, key: string, want: string) {
  const message = `${key} is missing, expected ${want}`
  return fieldError('MANIFEST_MISSING', source, field, { got: 'nothing', want, message })
}
