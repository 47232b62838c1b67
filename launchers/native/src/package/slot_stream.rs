//! Spec §3.4: the stored bytes of a slot.

use super::file_reading::{CHUNK, read_at, read_range};
use super::package_file::PackageFile;
use super::package_slot::PackageSlot;
use super::slot_chunks::SlotChunks;
use super::slot_key::slot_secret;
use crate::codecs::aes256_gcm::Aes256GcmDecoder;
use crate::codecs::byte_source::{ByteSource, DecodeContext, Source};
use crate::codecs::chain::{decode_chain, refuse_undecodable};
use crate::codecs::zstd::ZstdDecoder;
use crate::crypto::hex::hex;
use crate::crypto::sha256::Sha256;
use crate::error::{Code, Error, Result};
use crate::format::limits::MAX_UNSTATED_DECODED;
use crate::format::metadata::checksum_hex;
use crate::format::operations::{OP_AES256_GCM, OP_TAR, OP_ZSTD};
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

/// Told the number of stored bytes of each piece as it is read.
pub type OnBytes<'a> = &'a (dyn Fn(u64) + Sync);

/// For messages.
pub fn place_of(slot: &PackageSlot) -> String {
    format!("slot {} ({})", slot.index, slot.metadata.id)
}

/// The stored bytes of a slot, hashed as they are read. The hash is compared behind the last byte, so what a consumer did with the
/// bytes counts for nothing until it has met the end without an error. Refuses with SLOT_DATA, FILE_READ, FILE_CHANGED.
pub struct StoredBytes<'a> {
    pkg: &'a PackageFile,
    slot: &'a PackageSlot,
    on_bytes: Option<OnBytes<'a>>,
    rest: Range<u64>,
    hash: Option<Sha256>,
}

impl<'a> StoredBytes<'a> {
    pub fn new(pkg: &'a PackageFile, slot: &'a PackageSlot, on_bytes: Option<OnBytes<'a>>) -> Self {
        // Nothing is stored of the package itself.
        let hash = if slot.is_self { None } else { Some(Sha256::new()) };
        StoredBytes { pkg, slot, on_bytes, rest: if slot.is_self { 0..0 } else { stored_range(slot) }, hash }
    }
}

impl ByteSource for StoredBytes<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let left = self.rest.end.saturating_sub(self.rest.start);
        let length = usize::try_from(left).map_or(into.len(), |left| left.min(into.len())).min(CHUNK);
        if length == 0 {
            return match self.hash.take() {
                Some(hash) if left == 0 => check_stored(self.pkg, self.slot, &hash.finish()).map(|()| 0),
                hash => {
                    self.hash = hash;
                    Ok(0)
                }
            };
        }
        let bytes = into.get_mut(..length).unwrap_or_default();
        read_at(&self.pkg.file, &self.pkg.path, self.rest.start, bytes)?;
        if let Some(hash) = &mut self.hash {
            hash.update(bytes);
        }
        self.rest.start = self.rest.start.saturating_add(length as u64);
        if let Some(on_bytes) = self.on_bytes {
            on_bytes(length as u64);
        }
        Ok(length)
    }
}

/// Spec §4: the decoded stream of a slot, in pieces. Refuses with OPERATION_UNSUPPORTED, OPERATION_CHAIN, SLOT_KEY_UNAVAILABLE.
pub fn slot_chunks<'a>(
    pkg: &'a PackageFile,
    slot: &'a PackageSlot,
    on_bytes: Option<OnBytes<'a>>,
    place: &'a str,
) -> Result<SlotChunks<'a>> {
    let chain = &slot.descriptor.operations;
    refuse_undecodable(chain, slot.metadata.key_source.is_some(), place)?;
    let secret = slot_secret(slot, place)?;
    let stored: Source<'a> = Box::new(StoredBytes::new(pkg, slot, on_bytes));
    match (chain.0.as_slice(), secret) {
        ([OP_ZSTD] | [OP_TAR, OP_ZSTD], _) => Ok(SlotChunks::Zstd(Box::new(ZstdDecoder::new(stored, place)))),
        ([OP_ZSTD, OP_AES256_GCM] | [OP_TAR, OP_ZSTD, OP_AES256_GCM], Some(secret)) => {
            let decrypted = Box::new(Aes256GcmDecoder::new(stored, place, secret));
            Ok(SlotChunks::Zstd(Box::new(ZstdDecoder::new(decrypted, place))))
        }
        _ => {
            let context = DecodeContext { place, max_bytes: max_decoded(pkg, slot) };
            Ok(SlotChunks::Other(decode_chain(stored, chain, secret, context)?))
        }
    }
}

/// Spec §10: never more than the signed length; where a foreign package states none, a cap.
pub fn max_decoded(pkg: &PackageFile, slot: &PackageSlot) -> u64 {
    match slot.metadata.original_size {
        Some(size) => size,
        None if states_decoded_size(pkg, slot) => slot.descriptor.original_size,
        None => MAX_UNSTATED_DECODED,
    }
}

/// Spec §3.4: foreign packages state the stored length or the decoded one.
pub fn states_decoded_size(pkg: &PackageFile, slot: &PackageSlot) -> bool {
    pkg.metadata.is_own() || slot.descriptor.original_size != slot.descriptor.size
}

/// Spec §3.4. Refuses with SLOT_DECODED_SIZE.
pub fn check_decoded_size(pkg: &PackageFile, slot: &PackageSlot, total: u64) -> Result<()> {
    let stated = slot.descriptor.original_size;
    if total == stated || !states_decoded_size(pkg, slot) {
        return Ok(());
    }
    let message = format!("{}: decodes to {total} bytes, expected {stated} (spec §3.4)", place_of(slot));
    let error = Error::new(Code::SlotDecodedSize, message).with("slot", slot.index.to_string());
    Err(error.with("field", "original_size").with("got", total.to_string()).with("want", stated.to_string()))
}
