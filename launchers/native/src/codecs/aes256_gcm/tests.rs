use super::super::byte_source::SliceSource;
use super::*;
use aes_gcm::aead::AeadInOut;
use aes_gcm::{Aes256Gcm, KeyInit};
use proptest::prelude::*;

const SECRET: Secret = [7; 32];

/// As spec §4.7 says.
fn encrypt(plain: &[u8], salt: [u8; 32]) -> Vec<u8> {
    let derived: [u8; 71] = hkdf(&SECRET, &salt, INFO);
    let cipher = Aes256Gcm::new_from_slice(&derived[..32]).unwrap();
    let mut stored = [&salt[..], &derived[32..64]].concat();
    let chunks: Vec<&[u8]> = if plain.is_empty() { vec![plain] } else { plain.chunks(CHUNK).collect() };
    for (at, chunk) in chunks.iter().enumerate() {
        let is_last = u8::from(at + 1 == chunks.len());
        let nonce = [&derived[64..], &(at as u32).to_be_bytes(), &[is_last]].concat();
        let mut text = chunk.to_vec();
        let nonce: [u8; 12] = nonce.try_into().unwrap();
        let tag = cipher.encrypt_inout_detached(&nonce.into(), b"", text.as_mut_slice().into()).unwrap();
        stored.extend(text);
        stored.extend(tag);
    }
    stored
}

fn decrypt(stored: &[u8], secret: Secret, piece: usize) -> std::result::Result<Vec<u8>, Code> {
    let mut decoder = Aes256GcmDecoder::new(Box::new(SliceSource(stored)), "it", secret);
    let (mut plain, mut into) = (Vec::new(), vec![0; piece]);
    loop {
        match decoder.read(&mut into).map_err(|error| error.code())? {
            0 => return Ok(plain),
            count => plain.extend_from_slice(&into[..count]),
        }
    }
}

#[test]
fn s4_7_gives_what_was_encrypted_around_the_border_of_a_chunk() {
    for length in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5] {
        let plain: Vec<u8> = (0..length).map(|at| ((at * 31) >> 3) as u8).collect();
        assert_eq!(decrypt(&encrypt(&plain, [3; 32]), SECRET, 10_000), Ok(plain), "{length}");
    }
}

#[test]
fn s4_7_a_chunk_that_is_empty_behind_others_is_refused_although_it_is_authentic() {
    let mut plain = encrypt(&[1; CHUNK], [3; 32]);
    let derived: [u8; 71] = hkdf(&SECRET, &[3; 32], INFO);
    let cipher = Aes256Gcm::new_from_slice(&derived[..32]).unwrap();
    let nonce =
        |at: u8, is_last: u8| -> [u8; 12] { [&derived[64..], &[0, 0, 0, at, is_last]].concat().try_into().unwrap() };
    let mut text = vec![1; CHUNK];
    let tag = cipher.encrypt_inout_detached(&nonce(0, 0).into(), b"", text.as_mut_slice().into()).unwrap();
    plain.truncate(HEADER);
    plain.extend(text);
    plain.extend(tag);
    plain.extend(cipher.encrypt_inout_detached(&nonce(1, 1).into(), b"", (&mut [][..]).into()).unwrap());
    assert_eq!(decrypt(&plain, SECRET, 10_000), Err(Code::EncryptedData));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn s4_7_every_changed_bit_and_every_other_length_is_refused(
        length in 0usize..3 * CHUNK, at in any::<proptest::sample::Index>(), bit in 0u8..8, piece in 1usize..100_000,
    ) {
        let plain = vec![5; length];
        let stored = encrypt(&plain, [9; 32]);
        prop_assert_eq!(decrypt(&stored, SECRET, piece), Ok(plain));
        let mut changed = stored.clone();
        changed[at.index(stored.len())] ^= 1 << bit;
        prop_assert!(decrypt(&changed, SECRET, piece).is_err());
        prop_assert!(decrypt(&stored[..at.index(stored.len())], SECRET, piece).is_err());
        prop_assert!(decrypt(&[&stored[..], &[0]].concat(), SECRET, piece).is_err());
        prop_assert_eq!(decrypt(&stored, [8; 32], piece), Err(Code::SlotKeyWrong));
    }
}
