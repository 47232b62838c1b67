//! Spec §5.7: strict Ed25519, so that no two verifiers can be made to disagree.

use ed25519_dalek::{Signature, VerifyingKey};

/// The field's prime, 2^255 - 19, little-endian.
const P: [u8; 32] = {
    let mut bytes = [0xff; 32];
    bytes[0] = 0xed;
    bytes[31] = 0x7f;
    bytes
};

/// Spec §5.7: the equation without the cofactor, S below the group's order, key and R canonical and not of small order. Anything
/// malformed is false. `verify_strict` refuses all of that but points whose y is not reduced, which decompress as the reduced ones.
pub fn verify_ed25519(signature: &[u8; 64], message: &[u8], key: &[u8; 32]) -> bool {
    let Some((r, _)) = signature.split_first_chunk::<32>() else { return false };
    if !is_reduced(key) || !is_reduced(r) {
        return false;
    }
    let Ok(point) = VerifyingKey::from_bytes(key) else { return false };
    point.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
}

/// Whether y is below the prime. Whether it belongs to the curve is left to decompression.
fn is_reduced(point: &[u8; 32]) -> bool {
    let mut y = *point;
    y[31] &= 0x7f;
    y.iter().rev().lt(P.iter().rev())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signer, SigningKey};

    fn signed(message: &[u8]) -> ([u8; 64], [u8; 32]) {
        let key = SigningKey::from_bytes(&[7; 32]);
        (key.sign(message).to_bytes(), key.verifying_key().to_bytes())
    }

    #[test]
    fn takes_a_signature_and_only_over_its_text() {
        let (signature, key) = signed(b"text");
        assert!(verify_ed25519(&signature, b"text", &key));
        assert!(!verify_ed25519(&signature, b"texT", &key));
    }

    #[test]
    fn refuses_changed_bits_of_signature_and_key() {
        let (signature, key) = signed(b"text");
        for bit in (0..512).step_by(7) {
            let mut changed = signature;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!verify_ed25519(&changed, b"text", &key), "bit {bit} of the signature");
        }
        for bit in (0..256).step_by(7) {
            let mut changed = key;
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!verify_ed25519(&signature, b"text", &changed), "bit {bit} of the key");
        }
    }

    #[test]
    fn the_prime_and_all_above_it_are_not_reduced() {
        let mut below = P;
        below[0] = 0xec;
        assert!(is_reduced(&below));
        assert!(is_reduced(&[0; 32]));
        assert!(!is_reduced(&P));
        assert!(!is_reduced(&[0xff; 32]));
        let mut signed = P;
        signed[31] |= 0x80;
        assert!(!is_reduced(&signed), "the sign bit is no part of y");
    }
}
