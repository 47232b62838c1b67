import { type CodeTable, type ErrorDetail, FlavorError, type FlavorErrorOptions } from '../format/flavor-error.ts'

const damaged = { exit: 3, launcherExit: 107 } as const
const unpacking = { exit: 3, launcherExit: 103 } as const
const input = { exit: 1, launcherExit: 106 } as const
const building = { exit: 1, launcherExit: 108 } as const

/** Every way in which a package as a file can fail to be read, verified, unpacked or written. */
export const PACKAGE_CODES = {
  FILE_READ: { ...input, meaning: 'the package cannot be opened or read' },
  FILE_CHANGED: { ...input, meaning: 'the package became shorter while it was read' },
  OUTPUT_WRITE: { ...input, meaning: 'an output cannot be written' },
  OUTPUT_EXISTS: { ...input, meaning: 'an output exists and was not to be replaced' },
  SIGNATURE_INVALID: { ...damaged, meaning: 'the signature is not that of the metadata', spec: '§5.7' },
  KEY_ID: { ...damaged, meaning: 'the key id of the metadata is not that of the public key', spec: '§1.3' },
  LAUNCHER_SIZE: { ...damaged, meaning: 'the launcher is not as long as the metadata says', spec: '§9.2' },
  LAUNCHER_CHECKSUM: { ...damaged, meaning: 'the launcher is not the one that was signed', spec: '§9.2' },
  SLOT_DATA: {
    ...damaged,
    launcherExit: 103,
    meaning: 'the stored bytes of a slot are not those that were signed',
    spec: '§3.4',
  },
  SLOT_DECODED_SIZE: { ...unpacking, meaning: 'a slot decodes to another length than was signed', spec: '§3.4' },
  SLOT_KEY_UNAVAILABLE: {
    exit: 1,
    launcherExit: 110,
    meaning: 'the key of an encrypted slot cannot be had',
    spec: '§4.7',
  },
  SLOT_SHARE: { ...unpacking, launcherExit: 102, meaning: 'a slot cannot be shared', spec: '§6.4' },
  SLOT_TARGETS: { ...unpacking, launcherExit: 102, meaning: 'two slots claim the same place', spec: '§5.4' },
  TREE_HASH: { ...unpacking, meaning: 'a slot unpacks to another tree than was signed', spec: '§6.3' },
  TREE_COUNT: {
    ...unpacking,
    meaning: 'a slot unpacks to another number of files or bytes than was signed',
    spec: '§6.3',
  },
  ENTRY_PATH: { ...unpacking, meaning: 'an archive entry has a path that is not plain', spec: '§6.1' },
  ENTRY_MODE: { ...unpacking, meaning: 'an archive entry sets special mode bits', spec: '§6.1' },
  ENTRY_DUPLICATE: { ...unpacking, meaning: 'an archive names a path twice, or a place that is taken', spec: '§6.1' },
  ENTRY_PARENT: { ...unpacking, meaning: 'an archive entry lies below something that is no directory', spec: '§6.1' },
  ENTRY_LINK: { ...unpacking, meaning: 'a link leads out of its slot, or to nothing in it', spec: '§6.1' },
  PLAN_INVALID: { ...building, meaning: 'a package cannot be written as planned' },
  PROFILE_PORTABLE: { ...building, meaning: 'something that the portable profile does not have', spec: '§11' },
  LAUNCHER_UNUSABLE: { ...building, meaning: 'the launcher is no bare executable' },
  READ_BACK: { ...building, launcherExit: 101, meaning: 'the package that was written does not read back' },
} as const satisfies CodeTable

export type PackageCode = keyof typeof PACKAGE_CODES

/** A failure of a package as a file: reading, verifying, unpacking, writing. */
export class PackageError extends FlavorError {
  declare readonly code: PackageCode

  constructor(code: PackageCode, message: string, detail: ErrorDetail = {}, options: FlavorErrorOptions = {}) {
    super(PACKAGE_CODES[code], code, message, detail, options)
  }
}

/** The reason that the operating system gave, for people: `ENOSPC: no space left on device, write`. */
export function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
