//! Numbers and texts out of the bytes of an input. What is not there is zero.

pub fn number(bytes: &[u8], at: usize) -> u64 {
    let mut number = [0; 8];
    for (to, from) in number.iter_mut().zip(bytes.get(at..).unwrap_or_default()) {
        *to = *from;
    }
    u64::from_le_bytes(number)
}

/// An input that is no text is answered alike by both sides, and never reaches a reader.
pub fn text(bytes: &[u8], read: impl FnOnce(&str) -> String) -> String {
    std::str::from_utf8(bytes).map_or_else(|_| "no text".to_owned(), read)
}
