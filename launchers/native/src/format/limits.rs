//! Every limit of spec §10, with its reason. A reader compares before it takes memory, so that a hostile number costs nothing.

/// Metadata as stored, in bytes. A gzip member larger than its inflated limit has no honest reason to exist.
pub const MAX_METADATA_STORED: u64 = 16 * 1024 * 1024;
/// Metadata inflated: room for the templates and slots of any real package; bounds what a gzip bomb can take.
pub const MAX_METADATA_INFLATED: usize = 16 * 1024 * 1024;
/// Nesting of the JSON: parsers may then recurse without a guard of their own.
pub const MAX_METADATA_DEPTH: usize = 32;
/// Slots: the table stays at 64 KiB, one read.
pub const MAX_SLOTS: u32 = 1024;
/// File size: the largest integer that every reader holds exactly, JavaScript too (8 PiB - 1).
pub const MAX_FILE_SIZE: u64 = (1 << 53) - 1;
/// Entries of one archive: a listing of a million names is about 150 MB, the most that a reader should hold.
pub const MAX_ARCHIVE_ENTRIES: u64 = 1_000_000;
/// Bytes of one path inside of an archive, below PATH_MAX (4096) with room for the work environment's own path.
pub const MAX_PATH_BYTES: usize = 3072;
/// Components of one path, so that creating it is bounded.
pub const MAX_PATH_DEPTH: usize = 128;
/// Bytes of one component (NAME_MAX of every file system that we write to).
pub const MAX_NAME_BYTES: usize = 255;
/// Decoded bytes of a slot that states no size (foreign packages): above it the slot is refused as a bomb.
pub const MAX_UNSTATED_DECODED: u64 = 16 * 1024 * 1024 * 1024;
/// zstd window (RFC 8878 §3.1.1.1.2 advises 8 MiB): what a launcher must hold per frame.
pub const MAX_ZSTD_WINDOW: u64 = 8 * 1024 * 1024;
/// gzip header with its optional name, comment and extra field: no honest one comes near, and a reader must not search on.
pub const MAX_GZIP_HEADER: usize = 256 * 1024;
/// One pax or GNU extension of an archive entry: room for two paths and any attributes, held in memory.
pub const MAX_ARCHIVE_EXTENSION: u64 = 1024 * 1024;
