//! An open package whose signed part has been checked. Slot bodies and the launcher are checked when they are read.

use super::file_reading::{read_at, read_range, size_of_file};
use super::launcher_coverage::check_launcher_size;
use super::metadata_stream::inflate_metadata;
use super::package_slot::{PackageSlot, check_slot_targets, package_slots};
use crate::crypto::ed25519::verify_ed25519;
use crate::crypto::hex::hex;
use crate::crypto::key_id::key_id;
use crate::crypto::sha256::sha256;
use crate::error::{Code, Error, Result};
use crate::format::execution_rules::check_execution;
use crate::format::index_block::IndexBlock;
use crate::format::layout::{Gap, Layout};
use crate::format::metadata::Metadata;
use crate::format::slot_agreement::check_slot_agreement;
use crate::format::slot_descriptor::{SLOT_DESCRIPTOR_SIZE, SlotDescriptor};
use crate::format::trailer::{TRAILER_SIZE, parse_trailer};
use crate::format::zeros::first_nonzero;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};

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

/// Checks all that a package's signature covers or that the signed metadata repeats (spec §2 to §5, in the order of §9.1), without
/// reading a slot or the launcher. `path` is for messages. Errors: FILE_READ, FILE_CHANGED, and the codes of those sections.
pub fn open_package(path: &Path, file: File) -> Result<PackageFile> {
    let size = size_of_file(&file, path)?;
    let index = read_trailer(path, &file, size)?;
    let layout = Layout::check(&index, size)?;
    let head = Head::read(path, &file, &layout)?;
    let metadata_bytes = check_metadata(path, head.bytes(&layout.metadata), &index, &layout)?;
    if !verify_ed25519(&index.signature, &metadata_bytes, &index.public_key) {
        return Err(signature_error(path, &index));
    }
    let metadata = Metadata::parse(&metadata_bytes)?;
    let descriptors = parse_slot_table(head.bytes(&layout.slot_table))?;
    let is_self = |slot: &&SlotDescriptor| is_self(&metadata, slot);
    for gap in layout.gaps(descriptors.iter().filter(|slot| !is_self(slot)))? {
        expect_zeros(path, &file, &head, &gap)?;
    }
    check_slot_agreement(&metadata, &descriptors)?;
    check_execution(&metadata)?;
    check_key_id(path, &metadata, &index)?;
    check_launcher_size(path, &metadata, &layout)?;
    let slots = package_slots(&metadata, descriptors)?;
    check_slot_targets(&slots)?;
    let content_hash = hex(&sha256(&metadata_bytes));
    Ok(PackageFile {
        path: path.to_path_buf(),
        file,
        size,
        index,
        layout,
        metadata,
        metadata_bytes,
        content_hash,
        slots,
    })
}

fn read_trailer(path: &Path, file: &File, size: u64) -> Result<IndexBlock> {
    let mut memory = [0; TRAILER_SIZE];
    let offset = size.saturating_sub(TRAILER_SIZE as u64);
    let length = usize::try_from(size.saturating_sub(offset)).unwrap_or(TRAILER_SIZE);
    let trailer = memory.get_mut(..length).unwrap_or_default();
    read_at(file, path, offset, trailer)?;
    parse_trailer(trailer, size)
}

/// Metadata and slot table, and the padding between them. They adjoin in our packages: one read instead of three, which a start from a
/// cold disk notices.
struct Head(Vec<Part>);

struct Part {
    range: Range<u64>,
    bytes: Vec<u8>,
}

/// The references begin the table on a page of its own, or leave 8192 bytes free.
const ADJOINING: u64 = 16 * 1024;

impl Head {
    fn read(path: &Path, file: &File, layout: &Layout) -> Result<Self> {
        let (metadata, table) = (&layout.metadata, &layout.slot_table);
        let whole = metadata.start.min(table.start)..metadata.end.max(table.end);
        let used = length_of(metadata).saturating_add(length_of(table));
        let is_one = !table.is_empty() && length_of(&whole) <= used.saturating_add(ADJOINING);
        let ranges = if is_one { vec![whole] } else { vec![metadata.clone(), table.clone()] };
        let mut parts = Vec::with_capacity(ranges.len());
        for range in ranges {
            let mut bytes = vec![0; usize::try_from(length_of(&range)).unwrap_or_default()];
            read_at(file, path, range.start, &mut bytes)?;
            parts.push(Part { range, bytes });
        }
        Ok(Head(parts))
    }

    fn find(&self, range: &Range<u64>) -> Option<&[u8]> {
        self.0.iter().find_map(|part| {
            let start = usize::try_from(range.start.checked_sub(part.range.start)?).ok()?;
            let length = usize::try_from(length_of(range)).ok()?;
            part.bytes.get(start..start.checked_add(length)?)
        })
    }

    fn bytes(&self, range: &Range<u64>) -> &[u8] {
        self.find(range).unwrap_or_default()
    }
}

fn length_of(range: &Range<u64>) -> u64 {
    range.end.saturating_sub(range.start)
}

/// Spec §5.1: the inflated metadata, if it is the one that the index names.
fn check_metadata(path: &Path, stored: &[u8], index: &IndexBlock, layout: &Layout) -> Result<Vec<u8>> {
    let checksum = sha256(stored);
    if checksum == index.metadata_checksum {
        return inflate_metadata(stored);
    }
    let (start, got, want) = (layout.metadata.start, hex(&checksum), hex(&index.metadata_checksum));
    let message = format!("offset {start}: metadata has SHA-256 {got}, expected {want} as the index says (spec §5.1)");
    Err(Error::new(Code::MetadataChecksum, message)
        .with("file", path.display().to_string())
        .with("offset", start.to_string())
        .with("field", "metadata")
        .with("got", got)
        .with("want", want))
}

fn parse_slot_table(table: &[u8]) -> Result<Vec<SlotDescriptor>> {
    let rows = table.chunks(SLOT_DESCRIPTOR_SIZE).enumerate();
    rows.map(|(slot, bytes)| SlotDescriptor::parse(bytes, slot)).collect()
}

fn is_self(metadata: &Metadata, descriptor: &SlotDescriptor) -> bool {
    let position = usize::try_from(descriptor.id).unwrap_or(usize::MAX);
    metadata.slots.get(position).is_some_and(|slot| slot.self_ref)
}

/// Spec §2.5: bytes that belong to nothing could carry anything, signed by nobody; so they are zero.
fn expect_zeros(path: &Path, file: &File, head: &Head, gap: &Gap) -> Result<()> {
    if let Some(bytes) = head.find(&gap.range) {
        return check_zeros(path, bytes, gap.range.start, gap);
    }
    let mut offset = gap.range.start;
    read_range(file, path, gap.range.clone(), &mut |bytes| {
        check_zeros(path, bytes, offset, gap)?;
        offset = offset.saturating_add(bytes.len() as u64);
        Ok(())
    })
}

fn check_zeros(path: &Path, bytes: &[u8], start: u64, gap: &Gap) -> Result<()> {
    let Some(position) = first_nonzero(bytes) else { return Ok(()) };
    let offset = start.saturating_add(position as u64);
    let got = format!("{:#04x}", bytes.get(position).copied().unwrap_or_default());
    let (before, behind) = gap.between;
    let message = format!("offset {offset}: padding between {before} and {behind} is {got}, expected 0x00 (spec §2.5)");
    Err(Error::new(Code::PaddingNotZero, message)
        .with("file", path.display().to_string())
        .with("offset", offset.to_string())
        .with("got", got)
        .with("want", "0x00"))
}

/// Spec §1.3.
fn check_key_id(path: &Path, metadata: &Metadata, index: &IndexBlock) -> Result<()> {
    let want = key_id(&index.public_key);
    let got = match &metadata.key_id {
        Some(stated) if *stated == want => return Ok(()),
        Some(stated) => stated,
        None if !metadata.is_own() => return Ok(()),
        None => "absent",
    };
    let file = path.display();
    let message =
        format!("{file}: key_id of the metadata is {got}, expected {want}, that of the public key (spec §1.3)");
    Err(Error::new(Code::KeyId, message)
        .with("file", file.to_string())
        .with("field", "key_id")
        .with("got", got)
        .with("want", want))
}

#[cold]
fn signature_error(path: &Path, index: &IndexBlock) -> Error {
    let (file, key) = (path.display(), key_id(&index.public_key));
    let message = format!("{file}: the signature does not fit the metadata and public key {key} (spec §5.7)");
    Error::new(Code::SignatureInvalid, message)
        .with("file", file.to_string())
        .with("field", "integrity_signature")
        .hint("the file was changed after it was signed: fetch it again from where it came")
}

/// Packages of the vectors as files.
#[cfg(test)]
pub mod samples;

#[cfg(test)]
mod tests;
