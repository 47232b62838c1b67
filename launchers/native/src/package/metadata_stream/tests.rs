use super::*;
use proptest::prelude::*;

/// A member of stored blocks: no compressor needed.
fn member(bytes: &[u8]) -> Vec<u8> {
    let mut stored = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 0xff];
    let blocks: Vec<&[u8]> = if bytes.is_empty() { vec![&[]] } else { bytes.chunks(65535).collect() };
    for (position, block) in blocks.iter().enumerate() {
        let length = block.len() as u16;
        stored.push(u8::from(position == blocks.len() - 1));
        stored.extend(length.to_le_bytes());
        stored.extend((!length).to_le_bytes());
        stored.extend_from_slice(block);
    }
    stored.extend(crc32(bytes, 0).to_le_bytes());
    stored.extend((bytes.len() as u32).to_le_bytes());
    stored
}

/// `length` zeros as one fixed block: a length of 258 and a distance of 1 take 13 bits.
fn zeros(length: usize) -> Vec<u8> {
    let mut bits: Vec<bool> = vec![true, true, false];
    bits.extend([false, false, true, true, false, false, false, false]);
    let mut left = length - 1;
    while left >= 258 {
        bits.extend([true, true, false, false, false, true, false, true]);
        bits.extend([false; 5]);
        left -= 258;
    }
    for _ in 0..left {
        bits.extend([false, false, true, true, false, false, false, false]);
    }
    bits.extend([false; 7]);
    let mut stored = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 0xff];
    stored.extend(bits.chunks(8).map(|byte| {
        byte.iter().rev().fold(0, |byte, bit| (byte << 1) | u8::from(*bit)) << (8 - byte.len()) >> (8 - byte.len())
    }));
    stored.extend(crc32(&vec![0; length], 0).to_le_bytes());
    stored.extend((length as u32).to_le_bytes());
    stored
}

fn refused(stored: &[u8]) -> Code {
    inflate_metadata(stored).unwrap_err().code()
}

#[test]
fn s5_1_inflates_one_member() {
    for bytes in [&b""[..], b"{}", &[7; 200_000]] {
        assert_eq!(inflate_metadata(&member(bytes)).unwrap(), bytes);
    }
    assert_eq!(inflate_metadata(&zeros(100_000)).unwrap(), vec![0; 100_000]);
}

#[test]
fn s5_1_refuses_whatever_is_behind_the_member() {
    for behind in [&b"\0"[..], b"\0\0\0\0\0\0\0\0", &member(b"{}"), b"x"] {
        assert_eq!(refused(&[&member(b"{}")[..], behind].concat()), Code::MetadataGzip);
    }
}

#[test]
fn s5_1_refuses_optional_fields_and_other_methods() {
    for (at, value) in [(0, 0), (1, 0), (2, 7), (3, 1), (3, 2), (3, 4), (3, 8), (3, 16), (3, 32)] {
        let mut stored = member(b"{}");
        stored[at] = value;
        assert_eq!(refused(&stored), Code::MetadataGzip, "{at} {value}");
    }
}

#[test]
fn s5_1_refuses_a_stream_that_is_cut_anywhere() {
    let stored = member(b"{\"format\":\"PSPF/2025\"}");
    for length in 0..stored.len() {
        assert_eq!(refused(&stored[..length]), Code::MetadataGzip, "{length}");
    }
}

#[test]
fn s5_1_refuses_a_false_crc_and_a_false_length() {
    let stored = member(&[5; 300]);
    for at in stored.len() - 8..stored.len() {
        let mut changed = stored.clone();
        changed[at] ^= 1;
        assert_eq!(refused(&changed), Code::MetadataGzip);
    }
    let mut small = zeros(100_000);
    let at = small.len() - 4;
    small[at..].fill(0);
    assert_eq!(refused(&small), Code::MetadataGzip, "a length that says too little");
}

#[test]
fn s10_takes_just_the_limit_and_not_a_byte_more() {
    assert_eq!(inflate_metadata(&zeros(MAX_METADATA_INFLATED)).unwrap().len(), MAX_METADATA_INFLATED);
    let mut bomb = zeros(MAX_METADATA_INFLATED + 1);
    assert_eq!(refused(&bomb), Code::MetadataLimit);
    let at = bomb.len() - 4;
    bomb[at..].fill(0);
    assert_eq!(refused(&bomb), Code::MetadataLimit, "whatever its footer says");
}

proptest! {
    #[test]
    fn s5_1_every_changed_bit_behind_the_header_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), at in any::<usize>(), bit in 0..8) {
        let mut stored = member(&bytes);
        let at = HEADER_SIZE + at % (stored.len() - HEADER_SIZE);
        stored[at] ^= 1_u8 << bit;
        match inflate_metadata(&stored) {
            Err(error) => prop_assert_eq!(error.code(), Code::MetadataGzip),
            // The five bits between a stored block's header and its length mean nothing.
            Ok(inflated) => prop_assert!(at == HEADER_SIZE && bit >= 3 && inflated == bytes),
        }
    }
}
