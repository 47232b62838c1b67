//! Vectors of `codecs`.

use crate::vector::Reader;

/// Kinds that no code here is for.
pub const UNREAD: &[&str] = &["gzip", "zstd", "tar"];

pub const READERS: &[(&str, Reader)] = &[];
