//! Bytes as lower-case hex digits, and back.

pub fn hex(bytes: &[u8]) -> String {
    let mut digits = Vec::with_capacity(2 * bytes.len());
    push_hex(&mut digits, bytes);
    String::from_utf8(digits).unwrap_or_default()
}

/// Appends the digits: a listing has tens of thousands of hashes.
pub fn push_hex(digits: &mut Vec<u8>, bytes: &[u8]) {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + (nibble - 10) };
    for byte in bytes {
        digits.extend_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
    }
}

/// The 32 bytes that 64 lower-case hex digits stand for; nothing for any other text.
pub fn hash_of_hex(digits: &str) -> Option<[u8; 32]> {
    if digits.len() != 64 {
        return None;
    }
    let mut hash = [0; 32];
    for (byte, pair) in hash.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        for digit in pair {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return None,
            };
            *byte = (*byte << 4) | value;
        }
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_two_lower_case_digits_for_each_byte() {
        assert_eq!(hex(&[0x00, 0x0a, 0x9f, 0xff]), "000a9fff");
    }

    #[test]
    fn reads_back_what_it_writes() {
        let hash: [u8; 32] = std::array::from_fn(|at| (at * 8) as u8);
        assert_eq!(hash_of_hex(&hex(&hash)), Some(hash));
    }

    #[test]
    fn reads_no_other_form() {
        let digits = hex(&[0xab; 32]);
        assert_eq!(hash_of_hex(&digits.to_uppercase()), None);
        assert_eq!(hash_of_hex(&digits[1..]), None);
        assert_eq!(hash_of_hex(&format!("{}g", &digits[1..])), None);
        assert_eq!(hash_of_hex(&format!("{digits}00")), None);
    }
}
