//! Spec §4.7: AES-256-GCM in chunks (STREAM), of which each is checked before any byte of it is used.

use super::byte_source::{ByteSource, Source, read_full};
use crate::crypto::hkdf::hkdf;
use crate::error::{Code, Error, Result};
use std::ops::Range;

/// What a slot's key comes from: 32 bytes.
pub type Secret = [u8; 32];

const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
/// Salt and commitment, 32 bytes each.
const HEADER: usize = 64;
const INFO: &[u8] = b"PSPF/2025 aes256-gcm";

/// Refuses with TRUNCATED, SLOT_KEY_WRONG, ENCRYPTED_DATA.
pub struct Aes256GcmDecoder<'a> {
    source: Source<'a>,
    place: &'a str,
    secret: Secret,
    opened: Option<Opened>,
    /// One chunk, and the byte behind it: a chunk is the last one where there is none.
    buffer: Vec<u8>,
    plain: Range<usize>,
}

struct Opened {
    key: [u8; 32],
    prefix: [u8; 7],
    counter: u32,
    is_last: bool,
}

impl<'a> Aes256GcmDecoder<'a> {
    pub fn new(source: Source<'a>, place: &'a str, secret: Secret) -> Self {
        let buffer = vec![0; CHUNK + TAG + 1];
        Aes256GcmDecoder { source, place, secret, opened: None, buffer, plain: 0..0 }
    }

    /// The commitment tells a wrong key before anything is decrypted, and binds the stored bytes to one key.
    fn open(&mut self) -> Result<Opened> {
        let mut header = [0; HEADER + 1];
        let filled = read_full(self.source.as_mut(), &mut header)?;
        if filled < HEADER {
            return Err(self.error(Code::Truncated, "the stream ends inside of its header"));
        }
        let [header @ .., carried] = header;
        let (salt, commitment) = header.split_at(HEADER / 2);
        let derived: [u8; 71] = hkdf(&self.secret, salt, INFO);
        let (key, rest) = derived.split_at(32);
        let (expected, prefix) = rest.split_at(32);
        // What is compared says nothing about the key to anybody who could measure it: both are of the package and this machine.
        let (true, Ok(key), Ok(prefix)) = (expected == commitment, key.try_into(), prefix.try_into()) else {
            let fault = "the key is not the one that the slot was encrypted with";
            return Err(self.error(Code::SlotKeyWrong, fault).hint("nothing was unpacked; give the right key"));
        };
        if filled == HEADER {
            return Err(self.error(Code::Truncated, "the stream ends behind its header"));
        }
        if let Some(first) = self.buffer.first_mut() {
            *first = carried;
        }
        Ok(Opened { key, prefix, counter: 0, is_last: false })
    }

    fn next_chunk(&mut self) -> Result<()> {
        let is_first = self.opened.is_none();
        let mut opened = match self.opened.take() {
            Some(opened) => opened,
            None => self.open()?,
        };
        if !opened.is_last {
            if let (false, [first, .., last]) = (is_first, self.buffer.as_mut_slice()) {
                *first = *last;
            }
            let filled = 1 + read_full(self.source.as_mut(), self.buffer.get_mut(1..).unwrap_or_default())?;
            opened.is_last = filled <= CHUNK + TAG;
            let end = filled.min(CHUNK + TAG);
            let Some(length) = end.checked_sub(TAG) else {
                return Err(self.error(Code::Truncated, "the stream ends inside of a chunk"));
            };
            if length == 0 && opened.counter > 0 {
                return Err(self.error(Code::EncryptedData, "the last chunk is empty"));
            }
            self.decrypt(&opened, length)?;
            let Some(counter) = opened.counter.checked_add(1) else {
                return Err(self.error(Code::EncryptedData, "there are more chunks than can be counted"));
            };
            opened.counter = counter;
            self.plain = 0..length;
        }
        self.opened = Some(opened);
        Ok(())
    }

    fn decrypt(&mut self, opened: &Opened, length: usize) -> Result<()> {
        let mut nonce = [0; 12];
        let (counter, flag) = (opened.counter.to_be_bytes(), [u8::from(opened.is_last)]);
        let parts = opened.prefix.iter().chain(&counter).chain(&flag);
        nonce.iter_mut().zip(parts).for_each(|(place, byte)| *place = *byte);
        let (text, rest) = self.buffer.split_at_mut(length);
        let tag: [u8; TAG] = rest.first_chunk().copied().unwrap_or_default();
        flavor_aead::decrypt(&opened.key, &nonce, text, &tag).map_err(|_| {
            let counter = opened.counter;
            self.error(Code::EncryptedData, &format!("chunk {counter} is not what was encrypted in its place"))
        })
    }

    fn error(&self, code: Code, fault: &str) -> Error {
        Error::new(code, [self.place, ": ", fault, " (spec §4.7)"].concat()).with("where", self.place)
    }
}

impl ByteSource for Aes256GcmDecoder<'_> {
    fn read(&mut self, into: &mut [u8]) -> Result<usize> {
        let is_at_end = self.opened.as_ref().is_some_and(|opened| opened.is_last);
        if self.plain.is_empty() && !is_at_end {
            self.next_chunk()?;
        }
        let plain = self.buffer.get(self.plain.clone()).unwrap_or_default();
        let length = plain.len().min(into.len());
        if let Some((to, from)) = into.get_mut(..length).zip(plain.get(..length)) {
            to.copy_from_slice(from);
        }
        self.plain.start += length;
        Ok(length)
    }
}

#[cfg(test)]
mod tests;
