//! Takes checksums again over bytes that were changed, where they stand at a known place.

use flavor_launcher::codecs::crc32::crc32;
use flavor_launcher::format::adler32::adler32;
use flavor_launcher::format::trailer::TRAILER_SIZE;

/// Magics and the checksum of the index.
pub fn trailer(bytes: &mut [u8]) {
    if bytes.len() != TRAILER_SIZE {
        return;
    }
    put(bytes, 0, &[0xf0, 0x9f, 0x93, 0xa6]);
    put(bytes, TRAILER_SIZE - 4, &[0xf0, 0x9f, 0xaa, 0x84]);
    let Some(block) = bytes.get_mut(4..TRAILER_SIZE - 4) else { return };
    put(block, 4, &[0; 4]);
    let sum = adler32(block);
    put(block, 4, &sum.to_le_bytes());
}

/// The CRC-32 and length of a member that stores its bytes as they are.
pub fn gzip(bytes: &mut [u8]) {
    let Some([1, l0, l1, n0, n1]) = bytes.get(10..15) else { return };
    let length = u16::from_le_bytes([*l0, *l1]);
    let end = 15 + usize::from(length);
    if u16::from_le_bytes([*n0, *n1]) != !length || bytes.len() < end + 8 {
        return;
    }
    let sum = crc32(bytes.get(15..end).unwrap_or_default(), 0);
    put(bytes, end, &sum.to_le_bytes());
    put(bytes, end + 4, &u32::from(length).to_le_bytes());
}

/// The checksum of every block that has the magic of a header.
pub fn tar(bytes: &mut [u8]) {
    for block in bytes.chunks_exact_mut(512).filter(|block| block.get(257..262) == Some(b"ustar")) {
        put(block, 148, b"        ");
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        put(block, 148, format!("{sum:06o}\0 ").as_bytes());
    }
}

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    if let Some(place) = bytes.get_mut(at..at + value.len()) {
        place.copy_from_slice(value);
    }
}
