//! One slot of an open package: descriptor and metadata, which agree.

use crate::format::metadata::SlotMetadata;
use crate::format::slot_descriptor::SlotDescriptor;
use crate::format::slot_enumerations::{Lifecycle, Purpose};

#[derive(Clone, Debug)]
pub struct PackageSlot {
    pub index: usize,
    pub descriptor: SlotDescriptor,
    pub metadata: SlotMetadata,
    /// Unpacks to a tree, not to a single file.
    pub is_tree: bool,
    /// Spec §3.5: the package itself; has no stored bytes and is never written.
    pub is_self: bool,
    /// Relative to the work environment, `/`-separated; empty for its root.
    pub target: String,
    pub purpose: Purpose,
    pub lifecycle: Lifecycle,
}
