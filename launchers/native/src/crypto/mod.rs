//! Hashes and signatures: SHA-256, strict Ed25519.

pub mod ed25519;
pub mod hex;
pub mod hkdf;
pub mod key_id;
pub mod sha256;
pub mod sha256_all;
