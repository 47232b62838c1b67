//! Vectors of `launch`.

use crate::vector::Reader;

/// Kinds that no code here is for.
pub const UNREAD: &[&str] = &["command", "environment", "name-pattern", "level"];

pub const READERS: &[(&str, Reader)] = &[];
