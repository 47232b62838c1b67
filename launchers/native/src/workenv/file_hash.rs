//! Hashes files of any size through one buffer.

use crate::crypto::sha256::Sha256;
use crate::platform::files::open_plain;
use std::io::{self, Read};
use std::path::Path;

const BUFFER_BYTES: usize = 256 * 1024;

pub struct FileHasher {
    buffer: Vec<u8>,
}

impl FileHasher {
    pub fn new() -> Self {
        FileHasher { buffer: vec![0; BUFFER_BYTES] }
    }

    pub fn hash(&mut self, place: &Path) -> io::Result<[u8; 32]> {
        let mut file = open_plain(place)?;
        let mut hash = Sha256::new();
        loop {
            let count = file.read(&mut self.buffer)?;
            if count == 0 {
                return Ok(hash.finish());
            }
            hash.update(self.buffer.get(..count).unwrap_or_default());
        }
    }
}

impl Default for FileHasher {
    fn default() -> Self {
        Self::new()
    }
}
