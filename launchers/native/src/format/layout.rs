//! Spec §2.4: where the regions of a file lie.

use std::ops::Range;

/// Offsets in bytes from the start of the file, within its size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub launcher: Range<u64>,
    pub metadata: Range<u64>,
    pub slot_table: Range<u64>,
    pub trailer: Range<u64>,
}
