//! Spec §4: operation chains.

/// Codes in the order in which a writer applied them; a reader undoes them from the last to the first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OperationChain(pub Vec<u8>);

pub const OP_TAR: u8 = 0x01;
pub const OP_GZIP: u8 = 0x10;
pub const OP_ZSTD: u8 = 0x1b;
pub const OP_AES256_GCM: u8 = 0x31;
