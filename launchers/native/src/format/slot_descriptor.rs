//! Spec §3.1: one row of the slot table.

use super::operations::OperationChain;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotDescriptor {
    pub id: u64,
    pub name_hash: u64,
    /// Of the stored bytes, from the start of the file.
    pub offset: u64,
    /// Stored bytes.
    pub size: u64,
    /// Bytes of the decoded stream.
    pub original_size: u64,
    pub operations: OperationChain,
    pub checksum: u64,
    pub purpose: u8,
    pub lifecycle: u8,
    pub priority: u8,
    pub platform: u8,
    pub permissions: u16,
}
