//! One operation of a chain each: gzip, zstd, tar.
