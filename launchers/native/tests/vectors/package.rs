//! Vectors of `package`.

use crate::vector::Reader;

/// Kinds that no code here is for.
pub const UNREAD: &[&str] = &["package"];

pub const READERS: &[(&str, Reader)] = &[];
