//! Parts of texts of the system, which are bytes on Unix and something near UTF-8 on Windows.

use std::ffi::OsStr;

/// `text` from a byte on; both ends lie at the text's own or beside an ASCII character. Empty where they do not lie in it.
pub fn os_str_part(text: &OsStr, start: usize, length: usize) -> &OsStr {
    let bytes = text.as_encoded_bytes();
    let is_border = |at: usize| {
        let beside = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii);
        at == 0 || at == bytes.len() || beside(Some(at)) || beside(at.checked_sub(1))
    };
    match start.checked_add(length).and_then(|end| Some((end, bytes.get(start..end)?))) {
        // SAFETY: the bytes come from an OsStr and are cut at its ends or beside ASCII, which is always between two characters.
        Some((end, part)) if is_border(start) && is_border(end) => unsafe { OsStr::from_encoded_bytes_unchecked(part) },
        _ => OsStr::new(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_beside_ascii_and_nowhere_else() {
        let text = OsStr::new("a/é.x");
        assert_eq!(os_str_part(text, 2, 2), "é");
        assert_eq!(os_str_part(text, 3, 1), "");
        assert_eq!(os_str_part(text, 2, 9), "");
        assert_eq!(os_str_part(text, usize::MAX, 1), "");
    }
}
