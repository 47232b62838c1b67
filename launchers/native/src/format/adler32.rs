//! RFC 1950 §8.2.

const MOD_ADLER: u32 = 65521;
/// The most additions before the sums could pass 2^32 (zlib's NMAX), in whole blocks.
const NMAX: usize = 5552;

/// Adler-32 with start value 1. Blocks of zeros, of which an index block is nearly made, cost one multiplication.
pub fn adler32(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1_u32, 0_u32);
    for part in bytes.chunks(NMAX) {
        let (blocks, rest) = part.as_chunks::<16>();
        for block in blocks {
            if u128::from_le_bytes(*block) == 0 {
                b = b.wrapping_add(a.wrapping_mul(16));
            } else {
                (a, b) = add(a, b, block);
            }
        }
        (a, b) = add(a, b, rest);
        a %= MOD_ADLER;
        b %= MOD_ADLER;
    }
    (b << 16) | a
}

fn add(mut a: u32, mut b: u32, bytes: &[u8]) -> (u32, u32) {
    for byte in bytes {
        a = a.wrapping_add(u32::from(*byte));
        b = b.wrapping_add(a);
    }
    (a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_as_zlib_does() {
        assert_eq!(adler32(b""), 1);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn long_inputs_of_the_largest_bytes_do_not_wrap() {
        let bytes = [0xff; 70_000];
        let (a, b) = bytes.iter().fold((1_u64, 0_u64), |(a, b), byte| {
            let a = (a + u64::from(*byte)) % 65521;
            (a, (b + a) % 65521)
        });
        assert_eq!(u64::from(adler32(&bytes)), (b << 16) | a);
    }

    #[test]
    fn zeros_count() {
        let mut bytes = [0; 8192];
        bytes[100] = 7;
        assert_eq!(adler32(&bytes), ((8192 + 7 * (8192 - 100)) << 16) | 8);
    }
}
