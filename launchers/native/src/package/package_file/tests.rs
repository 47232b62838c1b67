use super::samples::{OWN, Sample};
use super::*;

/// Launcher of 100 bytes, then metadata, a hole and the table.
fn layout(metadata: Range<u64>, slot_table: Range<u64>) -> Layout {
    Layout { launcher: 0..100, metadata, slot_table, trailer: 1_000_000..1_008_200 }
}

fn refusal(bytes: &[u8]) -> Code {
    Sample::new(bytes).open().unwrap_err().code()
}

#[test]
fn s5_opens_and_keeps_what_was_signed() {
    let pkg = Sample::new(OWN).open().unwrap();
    assert_eq!((pkg.size, pkg.layout.launcher.end), (OWN.len() as u64, 17));
    assert_eq!(pkg.metadata.package.name, "vector");
    assert_eq!(pkg.content_hash, hex(&sha256(&pkg.metadata_bytes)));
    assert_eq!(pkg.slots.len(), 1);
    assert!(!pkg.slots[0].is_tree);
}

#[test]
fn s12_every_changed_byte_outside_of_launcher_and_slot_is_refused() {
    let unused =
        |at: usize| matches!(at.wrapping_sub(0x3d8 + 4), 4..8 | 640..642 | 644..664 | 688..692 | 832 | 856..864);
    for at in (17..0x3c8).chain(0x3d8..0x3d8 + 1000).chain((0x3d8 + 1000..OWN.len()).step_by(97)) {
        let mut bytes = OWN.to_vec();
        bytes[at] ^= 0x40;
        assert!(Sample::new(&bytes).open().is_err(), "{at}");
        // The index checksum is no protection: whoever changes a byte can change that too.
        crate::format::index_block::samples::seal(&mut bytes[0x3dc..0x3dc + 8192]);
        assert_eq!(Sample::new(&bytes).open().is_ok(), unused(at), "{at}, sealed again");
    }
}

#[test]
fn s2_1_refuses_short_files_and_bytes_behind_the_end() {
    assert_eq!(refusal(b""), Code::TrailerTooShort);
    assert_eq!(refusal(&OWN[OWN.len() - 8199..]), Code::TrailerTooShort);
    assert_eq!(refusal(&OWN[1..]), Code::IndexPackageSize);
    assert_eq!(refusal(&[OWN, b"\n"].concat()), Code::TrailerMagic);
}

#[test]
fn s2_5_padding_is_looked_at_in_memory_and_on_disk() {
    let sample = Sample::new(&[vec![1; 200], vec![0; 30_000], vec![1; 100]].concat());
    let file = File::open(sample.path()).unwrap();
    let near = Head::read(Path::new(""), &file, &layout(100..150, 160..224)).unwrap();
    assert_eq!(near.0.len(), 1);
    assert_eq!(near.find(&(150..160)).unwrap(), [1; 10]);
    let far = Head::read(Path::new(""), &file, &layout(100..150, 30_200..30_264)).unwrap();
    assert_eq!((far.0.len(), far.find(&(150..30_200))), (2, None));
    assert_eq!(far.bytes(&(30_200..30_264)), [1; 64]);
    let before = Head::read(Path::new(""), &file, &layout(300..350, 200..264)).unwrap();
    assert_eq!((before.0.len(), before.bytes(&(300..350))), (1, &[0; 50][..]));
    let empty = Head::read(Path::new(""), &file, &layout(100..150, 0..0)).unwrap();
    assert_eq!(empty.bytes(&(0..0)), b"");
    let gap = |range: Range<u64>| Gap {
        between: (crate::format::layout::Owner::Launcher, crate::format::layout::Owner::Trailer),
        range,
    };
    let zeros =
        |head: &Head, range| expect_zeros(Path::new(""), &file, head, &gap(range)).map_err(|error| error.code());
    assert_eq!(zeros(&near, 150..160), Err(Code::PaddingNotZero));
    assert_eq!(zeros(&far, 200..30_200), Ok(()));
    assert_eq!(zeros(&far, 200..30_201), Err(Code::PaddingNotZero));
}

#[test]
fn s10_a_table_far_from_the_metadata_takes_no_memory_between() {
    let sample = Sample::new(&vec![0; 1_008_200]);
    let file = File::open(sample.path()).unwrap();
    let head = Head::read(Path::new(""), &file, &layout(100..150, 900_000..900_064)).unwrap();
    assert_eq!(head.0.iter().map(|part| part.bytes.len()).sum::<usize>(), 114);
}
