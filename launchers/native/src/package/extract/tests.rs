use super::super::package_file::samples::{OWN, Sample};
use super::super::scratch::Scratch;
use super::sample_archives::{archive, body, file, header, sample_archive, zstd};
use super::*;
use crate::format::operations::{OP_GZIP, OP_TAR, OP_ZSTD, OperationChain};
use crate::platform::status::status_of;
use std::fs;

/// The own package of the vectors, with other slots: as if foreign, so that no tree is signed.
struct Packed {
    _sample: Sample,
    _stored: Scratch,
    pkg: PackageFile,
}

impl Packed {
    fn new(stored: &[u8], chain: &[u8]) -> Self {
        let (sample, scratch) = (Sample::new(OWN), Scratch::new());
        let mut pkg = sample.open().unwrap();
        let path = scratch.path().join("stored");
        fs::write(&path, stored).unwrap();
        pkg.file = fs::File::open(path).unwrap();
        pkg.metadata.build.tool = None;
        let slot = &mut pkg.slots[0];
        (slot.descriptor.offset, slot.descriptor.size) = (0, stored.len() as u64);
        slot.descriptor.original_size = stored.len() as u64;
        slot.descriptor.operations = OperationChain(chain.to_vec());
        slot.is_tree = chain.first() == Some(&OP_TAR);
        let checksum = hex(&sha256(stored));
        slot.metadata.checksum = checksum;
        (slot.metadata.tree, slot.metadata.files, slot.metadata.bytes) = (None, None, None);
        slot.metadata.original_size = None;
        Packed { _sample: sample, _stored: scratch, pkg }
    }

    fn slot(&mut self) -> &mut PackageSlot {
        &mut self.pkg.slots[0]
    }

    fn extract(&self, root: &Path, read_only: bool) -> Result<ExtractedSlot> {
        let options = ExtractOptions { target: Some(self.target()), read_only, on_bytes: None };
        extract_slot(&self.pkg, &self.pkg.slots[0], root, &options)
    }

    fn target(&self) -> &str {
        if self.pkg.slots[0].is_tree { "" } else { "bin/app" }
    }

    /// The code of the refusal, which has to be the same whatever was faster.
    fn refusal(&self, prepare: impl Fn(&Path)) -> Option<Code> {
        let mut codes = (0..3).map(|_| {
            let scratch = Scratch::new();
            prepare(scratch.path());
            self.extract(scratch.path(), true).err().map(|error| error.code())
        });
        let first = codes.next().flatten();
        assert!(codes.all(|code| code == first));
        first
    }
}

#[test]
fn s6_1_unpacks_the_same_from_every_form_of_the_stream() {
    let archive = sample_archive();
    let forms = [
        (archive.clone(), vec![OP_TAR]),
        (zstd(&archive, 1 << 30), vec![OP_TAR, OP_ZSTD]),
        (zstd(&archive, 4 << 20), vec![OP_TAR, OP_ZSTD]),
        (zstd(&archive, 100_001), vec![OP_TAR, OP_ZSTD]),
        (zstd(&archive, 513), vec![OP_TAR, OP_ZSTD]),
        (zstd(&zstd(&archive, 4 << 20), 5000), vec![OP_TAR, OP_ZSTD, OP_ZSTD]),
    ];
    let mut found = Vec::new();
    for (stored, chain) in forms {
        let (packed, scratch) = (Packed::new(&stored, &chain), Scratch::new());
        let extracted = packed.extract(scratch.path(), true).unwrap();
        assert_eq!(check_slot_content(&packed.pkg, &packed.pkg.slots[0], None).unwrap(), extracted);
        check_tree(scratch.path());
        found.push(extracted);
    }
    assert_eq!(found[0].files, 602);
    assert!(found.iter().all(|extracted| *extracted == found[0]));
}

#[test]
fn s6_1_unpacks_the_same_with_any_number_of_threads() {
    let packed = Packed::new(&zstd(&sample_archive(), 200_000), &[OP_TAR, OP_ZSTD]);
    let slot = &packed.pkg.slots[0];
    for workers in [1, 2, 3, 8] {
        let scratch = Scratch::new();
        let builder = TreeBuilder::writing("it", scratch.path(), true).unwrap();
        let sink = ContentSink::tree(builder, DecodeContext { place: "it", max_bytes: u64::MAX });
        let unpacked = unpack(slot_chunks(&packed.pkg, slot, None, "it").unwrap(), sink, workers, "it");
        assert!(unpacked.failure.is_none());
        let builder = unpacked.sink.unwrap().builder;
        builder.make_hard_links(u64::MAX).unwrap();
        assert!(
            builder
                .entries(unpacked.hashes)
                .iter()
                .all(|entry| entry.kind != EntryKind::File || entry.sha256.is_some())
        );
        check_tree(scratch.path());
    }
}

fn check_tree(root: &Path) {
    for at in 0..600 {
        let path = format!("d{}/implied/f{at}", at % 20);
        assert_eq!(fs::read(root.join(&path)).unwrap(), body(at, at * 50), "{path}");
        assert_mode(&root.join(&path), if at % 5 == 0 { 0o555 } else { 0o444 });
    }
    assert_eq!(fs::read(root.join("long")).unwrap(), body(7, 5_000_000));
    assert_mode(&root.join("long"), 0o400);
    assert_mode(&root.join("d3"), 0o755);
    let identity = |path: &str| status_of(&root.join(path)).unwrap().unwrap().identity;
    assert_eq!(identity("hard"), identity("long"));
    #[cfg(unix)]
    assert_eq!(fs::read_link(root.join("d1/link")).unwrap(), Path::new("../d2"));
}

/// Windows has none.
fn assert_mode(path: &Path, want: u16) {
    let mode = status_of(path).unwrap().unwrap().mode;
    assert!(mode == want || cfg!(windows), "{}: {mode:o}, expected {want:o}", path.display());
}

#[test]
fn s6_1_modes_are_those_of_the_archive_whatever_the_umask() {
    let entries =
        [header(b'5', "d", "", 0o777, 0), file("d/a", 0o666, b"1"), file("d/b", 0o666, b""), file("c", 0o777, b"2")];
    let (packed, scratch) = (Packed::new(&archive(&entries), &[OP_TAR]), Scratch::new());
    packed.extract(scratch.path(), false).unwrap();
    for (path, want) in [("d", 0o777), ("d/a", 0o666), ("d/b", 0o666), ("c", 0o777)] {
        assert_mode(&scratch.path().join(path), want);
    }
}

#[test]
fn s3_3_a_single_file_of_any_length() {
    for length in [0, 1, 300_000, 5_000_000] {
        for chain in [vec![], vec![OP_ZSTD]] {
            let content = body(1, length);
            let stored = if chain.is_empty() { content.clone() } else { zstd(&content, 4 << 20) };
            if length == 0 && !chain.is_empty() {
                continue;
            }
            let mut packed = Packed::new(&stored, &chain);
            packed.slot().descriptor.permissions = 0o755;
            let scratch = Scratch::new();
            let extracted = packed.extract(scratch.path(), true).unwrap();
            assert_eq!((extracted.files, extracted.bytes), (1, length as u64));
            assert!(extracted.listing.ends_with(b" app\0"));
            let path = scratch.path().join("bin/app");
            assert_eq!(fs::read(&path).unwrap(), content);
            assert_mode(&path, 0o555);
        }
    }
}

#[test]
fn s6_1_the_first_failure_in_the_archive_counts_whatever_was_faster() {
    let mut archive = sample_archive();
    let end = archive.len() - 1024;
    archive[end..end + 512].copy_from_slice(&header(b'3', "device", "", 0o644, 0));
    let packed = Packed::new(&zstd(&archive, 1 << 20), &[OP_TAR, OP_ZSTD]);
    assert_eq!(packed.refusal(|_| {}), Some(Code::TarType));
    let taken = |root: &Path, path: &str| {
        fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        fs::write(root.join(path), "").unwrap();
    };
    // wine makes no symlinks, so that nothing is in their way.
    let places = ["d19/implied/f599", "long", "hard", "d1/link"];
    for path in places.into_iter().take(if cfg!(windows) { 3 } else { 4 }) {
        assert_eq!(packed.refusal(|root| taken(root, path)), Some(Code::EntryDuplicate), "{path}");
    }
    let both = |root: &Path| {
        taken(root, "long");
        #[cfg(unix)]
        std::os::unix::fs::symlink("nowhere", root.join("d7")).unwrap();
        #[cfg(windows)]
        taken(root, "d7");
    };
    assert_eq!(packed.refusal(both), Some(Code::EntryParent));
}

#[test]
fn s6_1_nothing_is_written_behind_a_failure() {
    let entries = [file("a", 0o644, b"1"), header(b'0', "../b", "", 0o644, 0), file("c", 0o644, b"3")];
    let (packed, scratch) = (Packed::new(&archive(&entries), &[OP_TAR]), Scratch::new());
    assert_eq!(packed.extract(scratch.path(), true).unwrap_err().code(), Code::EntryPath);
    let names: Vec<_> = fs::read_dir(scratch.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["a"]);
}

#[test]
fn s3_4_bytes_that_are_not_the_signed_ones_are_the_error_whatever_was_made_of_them() {
    let stored = zstd(&sample_archive(), 1 << 20);
    for at in [0, 5, stored.len() / 2, stored.len() - 1] {
        let mut packed = Packed::new(&stored, &[OP_TAR, OP_ZSTD]);
        let mut changed = stored.clone();
        changed[at] ^= 1;
        let wrong = Packed::new(&changed, &[OP_TAR, OP_ZSTD]);
        packed.pkg.file = wrong.pkg.file.try_clone().unwrap();
        assert_eq!(packed.refusal(|_| {}), Some(Code::SlotData), "{at}");
    }
}

#[test]
fn s4_6_what_is_wrong_in_a_frame_counts_in_its_place() {
    let mut entries = vec![file("a", 0o644, &body(1, 1_000_000))];
    let refusal = |entries: &[Vec<u8>]| {
        let mut stored = zstd(&archive(entries), 4 << 20);
        // The frame's own checksum.
        let last = stored.len() - 1;
        stored[last] ^= 1;
        Packed::new(&stored, &[OP_TAR, OP_ZSTD]).refusal(|_| {})
    };
    assert_eq!(refusal(&entries), Some(Code::ZstdData));
    entries.insert(0, header(b'0', "../b", "", 0o644, 0));
    assert_eq!(refusal(&entries), Some(Code::EntryPath));
}

#[test]
fn s4_4_stops_at_the_signed_length() {
    let archive = sample_archive();
    let mut packed = Packed::new(&zstd(&archive, 1 << 20), &[OP_TAR, OP_ZSTD]);
    for (stated, want) in [(0, None), (-1, Some(Code::DecodedTooLong)), (1, Some(Code::SlotDecodedSize))] {
        let size = archive.len().saturating_add_signed(stated) as u64;
        packed.slot().metadata.original_size = Some(size);
        packed.slot().descriptor.original_size = size;
        assert_eq!(packed.refusal(|_| {}), want, "{stated}");
    }
}

#[test]
fn s6_3_refuses_another_tree_or_number_than_was_signed() {
    let archive = archive(&[file("a", 0o644, b"1")]);
    let changed = |change: &dyn Fn(&mut PackageSlot)| {
        let mut packed = Packed::new(&archive, &[OP_TAR]);
        change(packed.slot());
        packed.refusal(|_| {})
    };
    assert_eq!(changed(&|slot| slot.metadata.tree = Some("0".repeat(64))), Some(Code::TreeHash));
    assert_eq!(changed(&|slot| slot.metadata.files = Some(2)), Some(Code::TreeCount));
    assert_eq!(changed(&|slot| slot.metadata.bytes = Some(2)), Some(Code::TreeCount));
    let mut packed = Packed::new(&archive, &[OP_TAR]);
    packed.pkg.metadata.build.tool = Some("flavor".to_owned());
    assert_eq!(packed.refusal(|_| {}), Some(Code::TreeHash));
}

#[test]
fn s4_3_refuses_what_cannot_be_decoded_before_it_writes() {
    for chain in [vec![OP_TAR, 0x13], vec![0x31], vec![OP_GZIP, OP_TAR]] {
        let (packed, scratch) = (Packed::new(b"x", &chain), Scratch::new());
        let code = packed.extract(scratch.path(), true).unwrap_err().code();
        assert!(matches!(code, Code::OperationUnsupported | Code::OperationChain));
        assert!(fs::read_dir(scratch.path()).unwrap().next().is_none(), "{chain:?}");
    }
}

#[test]
fn tells_every_stored_byte_once() {
    use std::sync::atomic::{AtomicU64, Ordering};
    let stored = zstd(&sample_archive(), 1 << 20);
    let packed = Packed::new(&stored, &[OP_TAR, OP_ZSTD]);
    let told = AtomicU64::new(0);
    let on_bytes = |count| {
        told.fetch_add(count, Ordering::Relaxed);
    };
    check_slot_content(&packed.pkg, &packed.pkg.slots[0], Some(&on_bytes)).unwrap();
    assert_eq!(told.into_inner(), stored.len() as u64);
}
