//! An open package whose signed part has been checked. Slot bodies and the launcher are checked when they are read.

use super::package_slot::PackageSlot;
use crate::format::index_block::IndexBlock;
use crate::format::layout::Layout;
use crate::format::metadata::Metadata;
use std::fs::File;
use std::path::PathBuf;

#[derive(Debug)]
pub struct PackageFile {
    /// For messages only: everything is read through `file`, so that what was checked is what is used.
    pub path: PathBuf,
    pub file: File,
    /// Bytes.
    pub size: u64,
    pub index: IndexBlock,
    pub layout: Layout,
    pub metadata: Metadata,
    /// The inflated JSON, exactly the bytes that are signed.
    pub metadata_bytes: Vec<u8>,
    /// Hex SHA-256 of `metadata_bytes`: names the package by its content.
    pub content_hash: String,
    pub slots: Vec<PackageSlot>,
}
