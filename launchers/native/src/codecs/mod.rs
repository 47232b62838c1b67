//! One operation of a chain each: gzip, zstd, tar.

pub mod aes256_gcm;
pub mod byte_reader;
pub mod byte_source;
pub mod chain;
pub mod crc32;
pub mod decoded_limit;
pub mod gzip;
pub mod tar_extensions;
pub mod tar_header;
pub mod tar_member;
pub mod tar_reader;
pub mod zstd;
pub mod zstd_frames;
