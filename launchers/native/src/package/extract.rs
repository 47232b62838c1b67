//! Unpacks one slot, and checks all that is signed about it.

use super::content_sink::ContentSink;
use super::directory_maker::DirectoryMaker;
use super::file_reading::CHUNK;
use super::package_file::PackageFile;
use super::package_slot::PackageSlot;
use super::slot_key::slot_secret;
use super::slot_stream::{
    OnBytes, StoredBytes, check_decoded_size, expect_stored, max_decoded, place_of, slot_chunks, states_decoded_size,
};
use super::tree_builder::{NOT_OWNER, TreeBuilder};
use super::unpacking::{MAX_WORKERS, Unpacked, unpack};
use crate::codecs::byte_source::DecodeContext;
use crate::codecs::chain::{decode_chain, refuse_undecodable};
use crate::codecs::tar_member::{TarMember, TarMemberType};
use crate::crypto::hex::hex;
use crate::crypto::sha256::{Sha256, sha256};
use crate::error::{Code, Error, Result};
use crate::format::metadata::checksum_hex;
use crate::format::order::{compare_bytes, sort_by};
use crate::format::tree_listing::{EntryKind, ListingEntry, build_listing, listing_mode};
use crate::platform::processors;
use std::path::Path;

/// Decoded bytes below which no second thread is started: it would find little left to do. Chosen, not measured.
const ONE_THREAD: u64 = 256 * 1024;

#[derive(Clone, Copy, Default)]
pub struct ExtractOptions<'o> {
    /// Instead of the slot's own target; empty unpacks a tree into the root itself.
    pub target: Option<&'o str>,
    /// Spec §6.2: files without write bits.
    pub read_only: bool,
    /// Told the number of stored bytes of each piece as it is read.
    pub on_bytes: Option<OnBytes<'o>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtractedSlot {
    /// What was unpacked, in the order of the listing.
    pub entries: Vec<ListingEntry>,
    /// The canonical listing (spec §6.3) of that.
    pub listing: Vec<u8>,
    /// Hex SHA-256 of the listing.
    pub tree: String,
    pub files: u64,
    /// Sum of the sizes of the files.
    pub bytes: u64,
}

/// Unpacks one slot below `root`, which exists and belongs to the caller alone. It checks all that is signed about the slot, and fails
/// with the tree half written where anything differs: unpack into a private directory and publish it afterwards.
/// Refuses with SLOT_*, TREE_*, ENTRY_*, OUTPUT_WRITE, OPERATION_UNSUPPORTED, OPERATION_CHAIN, and with what decoders refuse with.
pub fn extract_slot(
    pkg: &PackageFile,
    slot: &PackageSlot,
    root: &Path,
    options: &ExtractOptions<'_>,
) -> Result<ExtractedSlot> {
    let target = options.target.unwrap_or(&slot.target);
    let place = place_of(slot);
    if !slot.is_tree {
        let builder = TreeBuilder::writing(&place, root, options.read_only)?;
        return take_file(pkg, slot, builder, target, options.on_bytes, &place);
    }
    DirectoryMaker::new(root).make(target)?;
    let builder = TreeBuilder::writing(&place, &root.join(target), options.read_only)?;
    take_tree(pkg, slot, builder, options.on_bytes, &place)
}

/// Decodes a slot and checks all that is signed about it, without writing (spec §9.1, deep).
pub fn check_slot_content(
    pkg: &PackageFile,
    slot: &PackageSlot,
    on_bytes: Option<OnBytes<'_>>,
) -> Result<ExtractedSlot> {
    let place = place_of(slot);
    let builder = TreeBuilder::checking(&place);
    if slot.is_tree {
        return take_tree(pkg, slot, builder, on_bytes, &place);
    }
    let name = Some(base_name(&slot.target)).filter(|name| !name.is_empty()).unwrap_or("self");
    take_file(pkg, slot, builder, name, on_bytes, &place)
}

/// Decodes the single file of a slot into `out`, and checks all that is signed about it: nothing of it may be used before this has
/// succeeded. Refuses as `check_slot_content`, and with what `out` refuses with.
pub fn decode_file(pkg: &PackageFile, slot: &PackageSlot, out: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let place = place_of(slot);
    let context = DecodeContext { place: &place, max_bytes: max_decoded(pkg, slot) };
    let stored = Box::new(StoredBytes::new(pkg, slot, None));
    let mut content = decode_chain(stored, &slot.descriptor.operations, slot_secret(slot, &place)?, context)?;
    let (mut buffer, mut hash, mut size) = (vec![0; CHUNK], Sha256::new(), 0);
    loop {
        let count = match content.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.code() == Code::SlotData => return Err(error),
            Err(error) => return Err(expect_stored(pkg, slot).err().unwrap_or(error)),
        };
        let bytes = buffer.get(..count).unwrap_or_default();
        hash.update(bytes);
        out(bytes)?;
        size += count as u64;
    }
    check_decoded_size(pkg, slot, size)?;
    let (kind, path) = (EntryKind::File, base_name(&slot.target).to_owned());
    let mode = listing_mode(kind, slot.descriptor.permissions);
    finish(pkg, slot, vec![ListingEntry { kind, mode, size, sha256: Some(hash.finish()), path }]).map(drop)
}

fn take_tree(
    pkg: &PackageFile,
    slot: &PackageSlot,
    builder: TreeBuilder<'_>,
    on_bytes: Option<OnBytes<'_>>,
    place: &str,
) -> Result<ExtractedSlot> {
    let builder = if slot.is_encrypted() { builder.for_owner_only() } else { builder };
    let sink = ContentSink::tree(builder, DecodeContext { place, max_bytes: max_decoded(pkg, slot) });
    finish(pkg, slot, take_content(pkg, slot, sink, on_bytes, place)?)
}

/// Spec §3.3: a single file has the mode of its descriptor, 0600 where that is 0. Spec §6.1: its entry is named by the last component
/// of its target.
fn take_file(
    pkg: &PackageFile,
    slot: &PackageSlot,
    builder: TreeBuilder<'_>,
    path: &str,
    on_bytes: Option<OnBytes<'_>>,
    place: &str,
) -> Result<ExtractedSlot> {
    let mode = if slot.descriptor.permissions == 0 { 0o600 } else { slot.descriptor.permissions };
    let mode = if slot.is_encrypted() { mode & !NOT_OWNER } else { mode };
    let (kind, size) = (TarMemberType::File, slot.descriptor.original_size);
    let member = TarMember { path: path.to_owned(), kind, mode, size, link_target: String::new(), offset: 0 };
    let context = DecodeContext { place, max_bytes: max_decoded(pkg, slot) };
    refuse_undecodable(&slot.descriptor.operations, slot.metadata.key_source.is_some(), place)?;
    let sink = ContentSink::file(builder, &member, context)?;
    let mut entries = take_content(pkg, slot, sink, on_bytes, place)?;
    for entry in &mut entries {
        entry.path = base_name(path).to_owned();
    }
    finish(pkg, slot, entries)
}

/// Spec §3.4: where the stored bytes are not the signed ones, that is the error, whatever was made of them.
fn take_content(
    pkg: &PackageFile,
    slot: &PackageSlot,
    sink: ContentSink<'_>,
    on_bytes: Option<OnBytes<'_>>,
    place: &str,
) -> Result<Vec<ListingEntry>> {
    let chunks = slot_chunks(pkg, slot, on_bytes, place)?;
    let Unpacked { sink, hashes, mut failure } = unpack(chunks, sink, workers_for(pkg, slot), place);
    let Some(sink) = sink else { return Err(Error::new(Code::LaunchInternal, "unpacking lost its place")) };
    let limit = failure.as_ref().map_or(u64::MAX, |(offset, _)| *offset);
    if let Err(error) = sink.builder.make_hard_links(limit) {
        failure = Some((0, error));
    }
    if let Some((_, error)) = failure {
        if error.code() != Code::SlotData {
            expect_stored(pkg, slot)?;
        }
        return Err(error);
    }
    check_decoded_size(pkg, slot, sink.total())?;
    sink.check_end()?;
    Ok(sink.builder.entries(hashes))
}

fn workers_for(pkg: &PackageFile, slot: &PackageSlot) -> usize {
    let is_small = states_decoded_size(pkg, slot) && slot.descriptor.original_size < ONE_THREAD;
    if is_small { 1 } else { processors().min(MAX_WORKERS) }
}

fn finish(pkg: &PackageFile, slot: &PackageSlot, mut entries: Vec<ListingEntry>) -> Result<ExtractedSlot> {
    sort_by(&mut entries, |one, other| compare_bytes(one.path.as_bytes(), other.path.as_bytes()));
    let listing = build_listing(&entries);
    let tree = hex(&sha256(&listing));
    let files = || entries.iter().filter(|entry| entry.kind == EntryKind::File);
    let (count, bytes) = (files().count() as u64, files().map(|entry| entry.size).sum());
    match &slot.metadata.tree {
        Some(signed) if checksum_hex(signed) != tree => {
            return Err(tree_error(Code::TreeHash, slot, "tree", &tree, signed));
        }
        None if pkg.metadata.is_own() && !slot.is_encrypted() => {
            return Err(tree_error(Code::TreeHash, slot, "tree", &tree, "a signed tree hash"));
        }
        _ => {}
    }
    for (field, got, signed) in [("files", count, slot.metadata.files), ("bytes", bytes, slot.metadata.bytes)] {
        if let Some(want) = signed.filter(|want| *want != got) {
            return Err(tree_error(Code::TreeCount, slot, field, &got.to_string(), &want.to_string()));
        }
    }
    Ok(ExtractedSlot { entries, listing, tree, files: count, bytes })
}

fn base_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn tree_error(code: Code, slot: &PackageSlot, field: &str, got: &str, want: &str) -> Error {
    let message = format!("{}: {field} is {got}, expected {want} (spec §6.3)", place_of(slot));
    let error = Error::new(code, message).with("slot", slot.index.to_string()).with("field", field);
    error.with("got", got).with("want", want)
}

#[cfg(test)]
mod sample_archives;
#[cfg(test)]
mod tests;
