import { type CodeTable, type ErrorDetail, FlavorError, type FlavorErrorOptions } from '../format/flavor-error.ts'

const refused = { exit: 3, launcherExit: 103 } as const
const packing = { exit: 1, launcherExit: 108 } as const

/** Every way in which an encoded stream or an archive can be refused. */
export const CODEC_CODES = {
  TRUNCATED: { ...refused, meaning: 'the stream ends before its own end', spec: '§4.4' },
  DECODED_TOO_LONG: { ...refused, meaning: 'the stream decodes to more bytes than are stated', spec: '§4.4' },
  GZIP_HEADER: { ...refused, meaning: 'the gzip header is malformed or has an unknown flag', spec: '§4.4' },
  GZIP_DATA: { ...refused, meaning: 'the DEFLATE stream is damaged', spec: '§4.4' },
  GZIP_CRC: { ...refused, meaning: 'the CRC-32 or the length in the gzip footer does not match', spec: '§4.4' },
  GZIP_TRAILING: { ...refused, meaning: 'bytes or a further member follow the gzip member', spec: '§4.4' },
  ZSTD_FRAME: { ...refused, meaning: 'a zstd frame or block header is malformed', spec: '§4.4' },
  ZSTD_WINDOW: { ...refused, meaning: 'a zstd frame needs a larger window than we hold', spec: '§10' },
  ZSTD_DICTIONARY: { ...refused, meaning: 'a zstd frame needs a dictionary', spec: '§4.4' },
  ZSTD_DATA: { ...refused, meaning: 'a zstd block or checksum is damaged', spec: '§4.4' },
  ZSTD_TRAILING: { ...refused, meaning: 'bytes that are no frame follow a zstd frame', spec: '§4.4' },
  SLOT_KEY_WRONG: {
    exit: 1,
    launcherExit: 110,
    meaning: 'the key is not the one that the slot was encrypted with',
    spec: '§4.7',
  },
  ENCRYPTED_DATA: { ...refused, meaning: 'a chunk of an encrypted slot was changed, moved or cut off', spec: '§4.7' },
  TAR_CHECKSUM: { ...refused, meaning: 'the checksum of an archive header does not match', spec: '§4.5' },
  TAR_HEADER: { ...refused, meaning: 'a field of an archive header is malformed', spec: '§4.5' },
  TAR_TYPE: { ...refused, meaning: 'an archive entry is no file, directory or link', spec: '§4.5' },
  TAR_MODE: { ...refused, meaning: 'an archive entry has a set-id, sticky or unknown mode bit', spec: '§4.5' },
  TAR_NAME: {
    ...refused,
    meaning: 'a name in an archive is empty, not UTF-8 or hides bytes behind a NUL',
    spec: '§4.5',
  },
  TAR_SIZE: { ...refused, meaning: 'an entry without content states a size', spec: '§4.5' },
  TAR_EXTENSION: { ...refused, meaning: 'a pax or GNU extension is malformed or not understood', spec: '§4.5' },
  TAR_PADDING: { ...refused, meaning: 'bytes between two archive entries are not zero', spec: '§4.5' },
  TAR_END: { ...refused, meaning: 'something follows the end of the archive', spec: '§4.5' },
  TAR_LIMIT: { ...refused, meaning: 'the archive has more entries, or a longer extension, than we hold', spec: '§10' },
  TAR_MEMBER: { ...packing, meaning: 'an entry cannot be written as it was announced', spec: '§4.5' },
  ENCODE_FAILED: { ...packing, meaning: 'a compressor failed', spec: '§4.3' },
} as const satisfies CodeTable

export type CodecCode = keyof typeof CODEC_CODES

/** A refusal by a decoder or an archive reader; `detail.where` names the slot, `detail.offset` counts in the stream that was read. */
export class CodecError extends FlavorError {
  declare readonly code: CodecCode

  constructor(code: CodecCode, message: string, detail: ErrorDetail = {}, options: FlavorErrorOptions = {}) {
    super(CODEC_CODES[code], code, message, detail, options)
  }
}
