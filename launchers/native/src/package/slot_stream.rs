//! Spec §3.4: the stored bytes of a slot.

use super::file_reading::read_range;
use super::package_file::PackageFile;
use super::package_slot::PackageSlot;
use crate::crypto::hex::hex;
use crate::crypto::sha256::Sha256;
use crate::error::{Code, Error, Result};
use crate::format::metadata::checksum_hex;
use std::ops::Range;

/// Where the stored bytes lie. Opening has compared it with the file's size.
pub fn stored_range(slot: &PackageSlot) -> Range<u64> {
    let descriptor = &slot.descriptor;
    descriptor.offset..descriptor.offset.saturating_add(descriptor.size)
}

/// Reads the stored bytes and compares their hash: the last word on a decoder's complaint. Errors: SLOT_DATA, FILE_READ, FILE_CHANGED.
pub fn expect_stored(pkg: &PackageFile, slot: &PackageSlot) -> Result<()> {
    let mut hash = Sha256::new();
    read_range(&pkg.file, &pkg.path, stored_range(slot), &mut |bytes| {
        hash.update(bytes);
        Ok(())
    })?;
    check_stored(pkg, slot, &hash.finish())
}

/// Spec §3.4: all of the signed hash, whenever a slot was read to its end. Errors: SLOT_DATA.
pub fn check_stored(pkg: &PackageFile, slot: &PackageSlot, sha256: &[u8; 32]) -> Result<()> {
    let (got, want) = (hex(sha256), checksum_hex(&slot.metadata.checksum));
    if got == want {
        return Ok(());
    }
    let (index, id) = (slot.index, &slot.metadata.id);
    let message = format!("slot {index} ({id}): stored bytes have SHA-256 {got}, expected {want} (spec §3.4)");
    Err(Error::new(Code::SlotData, message)
        .with("file", pkg.path.display().to_string())
        .with("slot", index.to_string())
        .with("offset", slot.descriptor.offset.to_string())
        .with("got", got)
        .with("want", want)
        .hint("the file was damaged or changed after it was signed: fetch it again from where it came"))
}
