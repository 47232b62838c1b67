//! Spec §1.3.

use super::hex::hex;
use super::sha256::sha256;

/// Spec §1.3: the first 16 hex digits of the SHA-256 of the raw public key. A name for people, never a proof.
pub fn key_id(public_key: &[u8; 32]) -> String {
    let mut digits = hex(&sha256(public_key));
    digits.truncate(16);
    digits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hex::hash_of_hex;

    #[test]
    fn names_the_key_of_the_vectors() {
        let key = hash_of_hex("d27367ba3d436463c468ecc68cfd2735b4d33b6be611355d72ac03666b47335d").unwrap();
        assert_eq!(key_id(&key), "9cd6f6b4b6a956c1");
    }
}
