//! The seal of a key as it is now, whatever package it is for.

use super::cache_layout::CacheLayout;
use super::seal::{Seal, parse_seal};
use crate::platform::files::read_file;

/// `None` where there is none that reads.
pub fn read_seal_of(layout: &CacheLayout, key: &str) -> Option<Seal> {
    parse_seal(&read_file(&layout.seal(key)).ok()?)
}

/// The attempt that the seal of a key names.
pub fn sealed_attempt(layout: &CacheLayout, key: &str) -> Option<u32> {
    read_seal_of(layout, key).map(|seal| seal.attempt)
}
