//! Spec §2.1: the last 8200 bytes of a file.

use super::index_block::{INDEX_SIZE, IndexBlock};
use crate::crypto::hex::hex;
use crate::error::{Code, Error, Result};

/// Spec §2.1: U+1F4E6 in UTF-8, before the index block.
pub const MAGIC_START: [u8; 4] = [0xf0, 0x9f, 0x93, 0xa6];
/// Spec §2.1: U+1FA84 in UTF-8, the last four bytes of the file.
pub const MAGIC_END: [u8; 4] = [0xf0, 0x9f, 0xaa, 0x84];
/// Spec §2.1: 4 + 8192 + 4 bytes at the end of the file.
pub const TRAILER_SIZE: usize = 4 + INDEX_SIZE + 4;

/// Spec §2.1: reads the last 8200 bytes of a file of `file_size`. There is no search: bytes behind the trailer make a file unreadable.
/// Errors: TRAILER_TOO_SHORT, TRAILER_MAGIC, and those of `IndexBlock::parse`.
pub fn parse_trailer(bytes: &[u8], file_size: u64) -> Result<IndexBlock> {
    let parts = bytes.split_first_chunk::<4>().and_then(|(start, rest)| {
        let (index, end) = rest.split_first_chunk::<INDEX_SIZE>()?;
        Some((start, index, end.try_into().ok()?))
    });
    let Some((start, index, end)) = parts else { return Err(too_short(file_size)) };
    let at = file_size.saturating_sub(TRAILER_SIZE as u64);
    expect_magic(start, &MAGIC_START, at)?;
    expect_magic(end, &MAGIC_END, file_size.saturating_sub(4))?;
    IndexBlock::parse(index, at.saturating_add(4))
}

fn expect_magic(got: &[u8; 4], want: &[u8; 4], offset: u64) -> Result<()> {
    if got == want {
        return Ok(());
    }
    let (got, want) = (hex(got), hex(want));
    let message = format!("offset {offset}: trailer magic is {got}, expected {want} (spec §2.1)");
    Err(Error::new(Code::TrailerMagic, message)
        .with("offset", offset.to_string())
        .with("field", "magic")
        .with("got", got)
        .with("want", want)
        .hint("the file is no PSPF/2025 package, is cut short, or has bytes after its end"))
}

#[cold]
fn too_short(file_size: u64) -> Error {
    let message =
        format!("the file has {file_size} bytes, expected at least the {TRAILER_SIZE} of a trailer (spec §2.1)");
    Error::new(Code::TrailerTooShort, message)
        .with("got", file_size.to_string())
        .with("want", TRAILER_SIZE.to_string())
        .hint("the file is no PSPF/2025 package, or only a part of one: fetch it again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::index_block::samples::{encode, sample};
    use proptest::prelude::*;

    fn trailer() -> Vec<u8> {
        [&MAGIC_START[..], &encode(&sample()), &MAGIC_END].concat()
    }

    #[test]
    fn s2_1_reads_the_index_between_the_magics() {
        assert_eq!(parse_trailer(&trailer(), 8200).unwrap(), sample());
    }

    #[test]
    fn s2_1_refuses_a_cut_download_and_bytes_behind_the_end() {
        for length in [0, 4, 8199] {
            assert_eq!(parse_trailer(&trailer()[..length], length as u64).unwrap_err().code(), Code::TrailerTooShort);
        }
        let shifted = [&trailer()[1..], b"\n"].concat();
        assert_eq!(parse_trailer(&shifted, 8201).unwrap_err().code(), Code::TrailerMagic);
        assert_eq!(parse_trailer(&[trailer(), vec![0]].concat(), 8201).unwrap_err().code(), Code::TrailerTooShort);
    }

    proptest! {
        #[test]
        fn s2_1_every_changed_byte_is_refused(at in 0..TRAILER_SIZE, bit in 0..8) {
            let mut bytes = trailer();
            bytes[at] ^= 1_u8 << bit;
            prop_assert!(parse_trailer(&bytes, 8200).is_err());
        }

        #[test]
        fn s2_1_any_bytes_are_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..9000), size in any::<u64>()) {
            prop_assert!(parse_trailer(&bytes, size).is_err());
        }
    }
}
