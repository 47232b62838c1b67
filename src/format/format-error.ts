import { type CodeTable, type ErrorDetail, FlavorError, type FlavorErrorOptions } from './flavor-error.ts'

const refused = { exit: 3, launcherExit: 102 } as const

/** Every way in which bytes can fail to be a PSPF/2025 package. The section numbers are those of spec/pspf-2025.md. */
export const FORMAT_CODES = {
  TRAILER_TOO_SHORT: { ...refused, meaning: 'the file is shorter than a trailer', spec: '§2.1' },
  TRAILER_MAGIC: { ...refused, meaning: 'the trailer does not begin and end with its magic', spec: '§2.1' },
  INDEX_VERSION: { ...refused, meaning: 'the format version is not 0x20250001', spec: '§2.2' },
  INDEX_CHECKSUM: { ...refused, meaning: 'the Adler-32 of the index does not match', spec: '§2.3' },
  INDEX_PACKAGE_SIZE: { ...refused, meaning: 'package_size is not the length of the file', spec: '§2.2' },
  INDEX_RESERVED: { ...refused, meaning: 'a reserved or undefined part of the index is not zero', spec: '§2.2' },
  INDEX_BOUNDS: { ...refused, meaning: 'a region that the index names lies outside of the file', spec: '§2.4' },
  INDEX_OVERLAP: { ...refused, meaning: 'two regions of the file overlap', spec: '§2.4' },
  INDEX_SLOT_TABLE: { ...refused, meaning: 'slot_table_size is not 64 times slot_count', spec: '§2.2' },
  INDEX_LIMIT: { ...refused, meaning: 'a count or size in the index is above its limit', spec: '§10' },
  PADDING_NOT_ZERO: { ...refused, meaning: 'bytes that belong to no region are not zero', spec: '§2.5' },
  SLOT_DESCRIPTOR_SIZE: { ...refused, meaning: 'a slot descriptor is not 64 bytes long', spec: '§3.1' },
  SLOT_ID: { ...refused, meaning: 'a descriptor id is not the position of its slot', spec: '§3.1' },
  SLOT_RESERVED: { ...refused, meaning: 'a reserved byte of a slot descriptor is not zero', spec: '§3.1' },
  SLOT_PURPOSE: { ...refused, meaning: 'the purpose is unknown or not that of the metadata', spec: '§3.2' },
  SLOT_LIFECYCLE: { ...refused, meaning: 'the lifecycle is unknown or not that of the metadata', spec: '§3.2' },
  SLOT_PLATFORM: { ...refused, meaning: 'the platform byte is unknown', spec: '§3.2' },
  SLOT_NAME_HASH: {
    ...refused,
    meaning: 'the name hash is neither that of the id nor that of the target',
    spec: '§3.1',
  },
  SLOT_PERMISSIONS: {
    ...refused,
    meaning: 'the permissions are not those of the metadata or set special bits',
    spec: '§3.3',
  },
  SLOT_SIZE: { ...refused, meaning: 'a stored or original size is not that of the metadata', spec: '§3.4' },
  SLOT_CHECKSUM: { ...refused, meaning: 'the short checksum is not that of the metadata', spec: '§3.4' },
  SLOT_OPERATIONS: { ...refused, meaning: 'the packed operations are not those of the metadata', spec: '§4.2' },
  SLOT_SELF: { ...refused, meaning: 'a $SELF slot has an offset, size or checksum', spec: '§3.5' },
  OPERATION_CHAIN: { ...refused, meaning: 'the operation chain is malformed', spec: '§4.1' },
  OPERATION_UNKNOWN: { ...refused, meaning: 'an operation has no name in the format', spec: '§4.1' },
  OPERATION_UNSUPPORTED: { ...refused, meaning: 'an operation is known but cannot be decoded', spec: '§4.3' },
  METADATA_GZIP: { ...refused, meaning: 'the metadata is not exactly one gzip member', spec: '§5.1' },
  METADATA_LIMIT: { ...refused, meaning: 'the metadata is larger than its limit', spec: '§10' },
  METADATA_CHECKSUM: {
    ...refused,
    launcherExit: 107,
    meaning: 'the SHA-256 of the stored metadata does not match the index',
    spec: '§5.1',
  },
  METADATA_UTF8: { ...refused, meaning: 'the metadata is not UTF-8 or begins with a byte order mark', spec: '§5.2' },
  METADATA_JSON: { ...refused, meaning: 'the metadata is not JSON', spec: '§5.2' },
  METADATA_DUPLICATE_KEY: { ...refused, meaning: 'an object of the metadata names a key twice', spec: '§5.2' },
  METADATA_DEPTH: { ...refused, meaning: 'the metadata is nested more than 32 levels deep', spec: '§5.2' },
  METADATA_NUMBER: { ...refused, meaning: 'a number of the metadata is not an exact integer', spec: '§5.2' },
  METADATA_SCHEMA: { ...refused, meaning: 'a field of the metadata is missing or has the wrong type', spec: '§5.3' },
  METADATA_SLOTS: {
    ...refused,
    meaning: 'the slots of the metadata and of the slot table are not the same',
    spec: '§5.3',
  },
  METADATA_TARGET: { ...refused, meaning: 'a target leaves the work environment or is not a plain path', spec: '§5.4' },
  METADATA_PLACEHOLDER: {
    ...refused,
    meaning: 'a placeholder is unknown, out of range or in a wrong place',
    spec: '§5.5',
  },
  METADATA_COMMAND: { ...refused, meaning: 'the command cannot be split into arguments', spec: '§5.6' },
  LISTING_ENTRY: { ...refused, launcherExit: 103, meaning: 'a tree listing is malformed or not sorted', spec: '§6.3' },
} as const satisfies CodeTable

export type FormatCode = keyof typeof FORMAT_CODES

/** A refusal by the pure format layer. `detail.offset` is a byte offset from the start of the structure unless `at` says else. */
export class FormatError extends FlavorError {
  declare readonly code: FormatCode

  constructor(code: FormatCode, message: string, detail: ErrorDetail = {}, options: FlavorErrorOptions = {}) {
    super(FORMAT_CODES[code], code, message, detail, options)
  }
}
