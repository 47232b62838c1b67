//! Reserved fields and padding are zeros (spec §2.2, §2.5); nine of ten bytes of an index block are.

/// Position of the first byte that is not zero. By 32 bytes at a time: one by one, an index block costs every start 5 µs more.
pub fn first_nonzero(bytes: &[u8]) -> Option<usize> {
    let (blocks, _) = bytes.as_chunks::<32>();
    let clean = blocks.iter().take_while(|block| is_zero(block)).count().saturating_mul(32);
    let rest = bytes.get(clean..)?;
    rest.iter().position(|byte| *byte != 0).map(|position| position.saturating_add(clean))
}

fn is_zero(block: &[u8; 32]) -> bool {
    let (words, _) = block.as_chunks::<8>();
    words.iter().fold(0, |any, word| any | u64::from_le_bytes(*word)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_byte_at_every_place() {
        for length in 0..100 {
            assert_eq!(first_nonzero(&vec![0; length]), None);
            for at in 0..length {
                let mut bytes = vec![0; length];
                bytes[at] = 1;
                bytes[length - 1] |= 0x80;
                assert_eq!(first_nonzero(&bytes), Some(at));
            }
        }
    }
}
