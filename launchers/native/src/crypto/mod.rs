//! Hashes and signatures: SHA-256, strict Ed25519.
