//! Spec §2.2: the index block of the trailer.

/// What readers use of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexBlock {
    pub package_size: u64,
    pub launcher_size: u64,
    pub metadata_offset: u64,
    pub metadata_size: u64,
    pub slot_table_offset: u64,
    pub slot_table_size: u64,
    pub slot_count: u32,
    pub public_key: [u8; 32],
    pub metadata_checksum: [u8; 32],
    pub signature: [u8; 64],
}
