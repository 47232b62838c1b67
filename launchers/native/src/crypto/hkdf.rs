//! HKDF with SHA-256 (RFC 5869), for as many bytes as one key needs. On the hash that is there: a crate for it would cost more than
//! these lines.

use super::sha256::{Sha256, sha256};

const BLOCK: usize = 64;

/// RFC 2104; a key of more than 64 bytes counts as its hash.
fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut block = [0; BLOCK];
    let hashed = if key.len() > BLOCK { Some(sha256(key)) } else { None };
    let key = hashed.as_ref().map_or(key, |hash| hash.as_slice());
    for (place, byte) in block.iter_mut().zip(key) {
        *place = *byte;
    }
    let mut inner = Sha256::new();
    inner.update(&block.map(|byte| byte ^ 0x36));
    for part in parts {
        inner.update(part);
    }
    let mut outer = Sha256::new();
    outer.update(&block.map(|byte| byte ^ 0x5c));
    outer.update(&inner.finish());
    outer.finish()
}

/// At most 255 · 32 bytes, so that the counter is one byte.
pub fn hkdf<const LENGTH: usize>(secret: &[u8], salt: &[u8], info: &[u8]) -> [u8; LENGTH] {
    let extracted = hmac(salt, &[secret]);
    let mut output = [0; LENGTH];
    let mut former: Option<[u8; 32]> = None;
    for (at, piece) in output.chunks_mut(32).enumerate() {
        let before = former.as_ref().map_or(&[][..], |bytes| bytes.as_slice());
        let next = hmac(&extracted, &[before, info, &[(at + 1) as u8]]);
        for (place, byte) in piece.iter_mut().zip(next) {
            *place = byte;
        }
        former = Some(next);
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hex::hex;

    #[test]
    fn rfc_5869_appendix_a_1() {
        let (salt, info): (Vec<u8>, Vec<u8>) = ((0..=12).collect(), (0xf0..=0xf9).collect());
        let expected = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865";
        assert_eq!(hex(&hkdf::<42>(&[0x0b; 22], &salt, &info)), expected);
    }

    #[test]
    fn rfc_5869_appendix_a_2_with_a_salt_longer_than_a_block() {
        let bytes = |from: u8| (from..from + 80).collect::<Vec<u8>>();
        let expected = "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87";
        let info: Vec<u8> = (0xb0..=0xff).collect();
        assert_eq!(hex(&hkdf::<82>(&bytes(0), &bytes(0x60), &info)), expected);
    }

    #[test]
    fn rfc_5869_appendix_a_3_without_salt_and_info() {
        let expected = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8";
        assert_eq!(hex(&hkdf::<42>(&[0x0b; 22], b"", b"")), expected);
    }
}
