/**
 * Every limit of spec §10, with its reason. A reader compares before it takes memory, so that a hostile number costs nothing.
 */

/** Metadata as stored. A gzip member larger than its inflated limit has no honest reason to exist. */
export const MAX_METADATA_STORED = 16 * 1024 * 1024
/** Metadata inflated: room for the templates and slots of any real package; bounds what a gzip bomb can take. */
export const MAX_METADATA_INFLATED = 16 * 1024 * 1024
/** Nesting of the JSON: both parsers may then recurse without a guard of their own. */
export const MAX_METADATA_DEPTH = 32
/** Slots: the table stays under 64 KiB, one read. */
export const MAX_SLOTS = 1024
/** File size: the largest integer that a JavaScript number holds exactly (8 PiB - 1). */
export const MAX_FILE_SIZE = Number.MAX_SAFE_INTEGER
/** Entries of one archive: a listing of a million names is about 150 MB, the most that a reader should hold. */
export const MAX_ARCHIVE_ENTRIES = 1_000_000
/** Bytes of one path inside of an archive, below PATH_MAX (4096) with room for the work environment's own path. */
export const MAX_PATH_BYTES = 3072
/** Components of one path, so that creating it is bounded. */
export const MAX_PATH_DEPTH = 128
/** Bytes of one component (NAME_MAX of every file system that we write to). */
export const MAX_NAME_BYTES = 255
/** Decoded bytes of a slot that states no size (foreign packages): above it the slot is refused as a bomb. */
export const MAX_UNSTATED_DECODED = 16 * 1024 * 1024 * 1024
/** zstd window (RFC 8878 §3.1.1.1.2 advises 8 MiB): what a launcher must hold per frame. */
export const MAX_ZSTD_WINDOW = 8 * 1024 * 1024
/** gzip header with its optional name, comment and extra field: no honest one comes near, and a reader must not search on. */
export const MAX_GZIP_HEADER = 256 * 1024
/** One pax or GNU extension of an archive entry: room for two paths and any attributes, held in memory. */
export const MAX_ARCHIVE_EXTENSION = 1024 * 1024
