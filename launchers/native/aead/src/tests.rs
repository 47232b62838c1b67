use super::*;

/// Test cases 13 to 15 of "The Galois/Counter Mode of Operation" (McGrew, Viega): key, nonce, text, encrypted text, tag.
const CASES: [[&str; 5]; 3] = [
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "000000000000000000000000",
        "",
        "",
        "530f8afbc74536b9a963b4f1c4cb738b",
    ],
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "000000000000000000000000",
        "00000000000000000000000000000000",
        "cea7403d4d606b6e074ec5d3baf39d18",
        "d0d1c8a799996bf0265b98b5d48ab919",
    ],
    [
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        "cafebabefacedbaddecaf888",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
         1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
         8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
        "b094dac5d93471bdec1a502270e3cc6c",
    ],
];

fn bytes<const LENGTH: usize>(hex: &str) -> [u8; LENGTH] {
    let mut bytes = [0; LENGTH];
    assert_eq!(hex.len(), 2 * LENGTH);
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap();
    }
    bytes
}

fn check<const LENGTH: usize>([key, nonce, plain, encrypted, tag]: [&str; 5]) {
    let (key, nonce, tag): ([u8; 32], [u8; 12], [u8; 16]) = (bytes(key), bytes(nonce), bytes(tag));
    let (plain, encrypted): ([u8; LENGTH], [u8; LENGTH]) = (bytes(plain), bytes(encrypted));
    let mut text = encrypted;
    assert_eq!(decrypt(&key, &nonce, &mut text, &tag), Ok(()));
    assert_eq!(text, plain);
    for bit in 0..128 {
        let mut wrong = tag;
        wrong[bit / 8] ^= 1 << (bit % 8);
        let mut text = encrypted;
        assert_eq!(decrypt(&key, &nonce, &mut text, &wrong), Err(WrongTag));
        assert_eq!(text, encrypted, "nothing is decrypted under a wrong tag");
    }
}

#[test]
fn s4_7_published_cases_decrypt_and_no_other_tag_is_taken() {
    check::<0>(CASES[0]);
    check::<16>(CASES[1]);
    check::<64>(CASES[2]);
}
