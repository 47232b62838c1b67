//! CRC-32 of RFC 1952 §8, four bytes at a time: 4 KiB of tables for about three times the speed of one table.

const TABLES: [[u32; 256]; 4] = tables();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn tables() -> [[u32; 256]; 4] {
    let mut tables = [[0; 256]; 4];
    let mut byte = 0;
    while byte < 256 {
        let mut crc = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
            bit += 1;
        }
        tables[0][byte] = crc;
        byte += 1;
    }
    let mut table = 1;
    while table < 4 {
        let mut byte = 0;
        while byte < 256 {
            let before = tables[table - 1][byte];
            tables[table][byte] = (before >> 8) ^ tables[0][(before & 0xff) as usize];
            byte += 1;
        }
        table += 1;
    }
    tables
}

/// The checksum of what `crc` is of and of `bytes` behind it; that of nothing is 0.
#[expect(clippy::indexing_slicing, reason = "256 entries, indexed by bytes")]
pub fn crc32(bytes: &[u8], crc: u32) -> u32 {
    let [by_3, by_2, by_1, by_0] = &TABLES;
    let mut crc = !crc;
    let (words, rest) = bytes.as_chunks::<4>();
    for word in words {
        let [a, b, c, d] = (crc ^ u32::from_le_bytes(*word)).to_le_bytes();
        crc = by_0[a as usize] ^ by_1[b as usize] ^ by_2[c as usize] ^ by_3[d as usize];
    }
    for byte in rest {
        crc = (crc >> 8) ^ by_3[(crc as u8 ^ byte) as usize];
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc_1952_8_the_check_value() {
        assert_eq!(crc32(b"123456789", 0), 0xcbf4_3926);
        assert_eq!(crc32(b"", 0), 0);
    }

    #[test]
    fn rfc_1952_8_in_pieces_as_in_one() {
        let bytes: Vec<u8> = (0..1000u32).map(|at| (at * 7) as u8).collect();
        for cut in [0, 1, 3, 4, 500, 1000] {
            assert_eq!(crc32(&bytes[cut..], crc32(&bytes[..cut], 0)), crc32(&bytes, 0));
        }
    }
}
