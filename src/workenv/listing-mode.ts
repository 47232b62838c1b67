import type { PackageFile } from '../package/package-file.ts'
import { isEncrypted } from '../package/package-slot.ts'
import type { Site } from './find-workenv.ts'

/** Spec §4.7: the mode of listings. Hashes of what was encrypted are for nobody but the owner. */
export function listingFileMode({ slots }: PackageFile, { base }: Site): number {
  return slots.some(isEncrypted) ? 0o600 : base.fileMode
}
