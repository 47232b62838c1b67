//! Spec §6.2 and §6.3: the canonical listing, whose hash names what a slot unpacks to.

use super::limits::MAX_FILE_SIZE;
use super::quoted::quoted;
use crate::crypto::hex::{hash_of_hex, push_hex};
use crate::error::{Code, Error, Result};
use crate::format::order::{compare_bytes, sort_by};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// Hard links too.
    File,
    Directory,
    Symlink,
}

/// Spec §6.3: one entry of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListingEntry {
    pub kind: EntryKind,
    /// As in a work environment (`listing_mode`).
    pub mode: u16,
    /// Bytes of a file or of a link's target; 0 for a directory.
    pub size: u64,
    /// Of a file or of a link's target; nothing for a directory.
    pub sha256: Option<[u8; 32]>,
    pub path: String,
}

/// Spec §6.2: the mode that an entry has in a work environment: files lose their write bits, directories keep the owner's.
pub fn listing_mode(kind: EntryKind, mode: u16) -> u16 {
    match kind {
        EntryKind::File => mode & 0o555,
        EntryKind::Directory => (mode | 0o700) & 0o755,
        EntryKind::Symlink => 0o777,
    }
}

/// Spec §6.3: the canonical bytes. Entries may come in any order.
pub fn build_listing(entries: &[ListingEntry]) -> Vec<u8> {
    let mut ordered: Vec<&ListingEntry> = entries.iter().collect();
    sort_by(&mut ordered, |a, b| compare_bytes(a.path.as_bytes(), b.path.as_bytes()));
    let mut bytes = Vec::with_capacity(entries.iter().map(|entry| entry.path.len().saturating_add(96)).sum());
    for entry in ordered {
        push_entry(&mut bytes, entry);
    }
    bytes
}

/// Spec §6.3: reads a listing whose hash has matched; refuses whatever `build_listing` would not have written. Errors: LISTING_ENTRY.
pub fn parse_listing(bytes: &[u8]) -> Result<Vec<ListingEntry>> {
    let Some((last, rows)) = bytes.split_last() else { return Ok(Vec::new()) };
    if *last != 0 {
        return Err(listing_error(0, "an entry without its NUL"));
    }
    let mut entries: Vec<ListingEntry> = Vec::with_capacity(bytes.len() / 128);
    for (position, row) in rows.split(|byte| *byte == 0).enumerate() {
        let Some(entry) = parse_entry(row) else {
            let shown: String = String::from_utf8_lossy(row).chars().take(80).collect();
            return Err(listing_error(position, &quoted(&shown)));
        };
        if let Some(previous) = entries.last() {
            if entry.path == previous.path {
                return Err(listing_error(position, &format!("{} for the second time", quoted(&entry.path))));
            }
            if entry.path.as_bytes() < previous.path.as_bytes() {
                return Err(listing_error(position, &format!("{} out of its order", quoted(&entry.path))));
            }
        }
        entries.push(entry);
    }
    Ok(entries)
}

/// `type mode size sha256 path`, each field in its one form.
fn parse_entry(row: &[u8]) -> Option<ListingEntry> {
    let mut fields = std::str::from_utf8(row).ok()?.splitn(5, ' ');
    let (kind, mode, size) = (fields.next()?, fields.next()?, fields.next()?);
    let (digits, path) = (fields.next()?, fields.next()?);
    let kind = match kind {
        "f" => EntryKind::File,
        "d" => EntryKind::Directory,
        "l" => EntryKind::Symlink,
        _ => return None,
    };
    let (size, sha256) = match kind {
        EntryKind::Directory if size == "0" && digits == "-" => (0, None),
        EntryKind::Directory => return None,
        _ => (parse_size(size)?, Some(hash_of_hex(digits)?)),
    };
    if path.is_empty() {
        return None;
    }
    Some(ListingEntry { kind, mode: parse_mode(mode)?, size, sha256, path: path.to_string() })
}

fn parse_mode(digits: &str) -> Option<u16> {
    let is_octal = digits.len() == 4 && digits.bytes().all(|digit| (b'0'..=b'7').contains(&digit));
    if is_octal { u16::from_str_radix(digits, 8).ok() } else { None }
}

fn parse_size(digits: &str) -> Option<u64> {
    let is_decimal = digits.bytes().all(|digit| digit.is_ascii_digit());
    let is_shortest = digits == "0" || !digits.starts_with('0');
    if !is_decimal || !is_shortest {
        return None;
    }
    digits.parse().ok().filter(|size| *size <= MAX_FILE_SIZE)
}

/// Without `format!`: a listing has tens of thousands of these.
fn push_entry(bytes: &mut Vec<u8>, entry: &ListingEntry) {
    let kind = match entry.kind {
        EntryKind::File => b'f',
        EntryKind::Directory => b'd',
        EntryKind::Symlink => b'l',
    };
    let octal = |shift: u16| b'0' + ((entry.mode >> shift) & 7) as u8;
    bytes.extend([kind, b' ', octal(9), octal(6), octal(3), octal(0), b' ']);
    bytes.extend_from_slice(entry.size.to_string().as_bytes());
    bytes.push(b' ');
    match &entry.sha256 {
        Some(hash) => push_hex(bytes, hash),
        None => bytes.push(b'-'),
    }
    bytes.push(b' ');
    bytes.extend_from_slice(entry.path.as_bytes());
    bytes.push(0);
}

#[cold]
fn listing_error(position: usize, got: &str) -> Error {
    let want = "\"type mode size sha256 path\" ended by NUL, sorted by path";
    Error::new(Code::ListingEntry, format!("listing entry {position} is {got}, expected {want} (spec §6.3)"))
        .with("field", "listing")
        .with("got", got)
        .with("want", want)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hex::hex;
    use crate::crypto::sha256::sha256;
    use proptest::prelude::*;

    fn file(path: &str) -> ListingEntry {
        ListingEntry { kind: EntryKind::File, mode: 0o555, size: 0, sha256: Some(sha256(b"")), path: path.to_string() }
    }

    fn directory(path: &str) -> ListingEntry {
        ListingEntry { kind: EntryKind::Directory, mode: 0o755, size: 0, sha256: None, path: path.to_string() }
    }

    #[test]
    fn s6_2_takes_write_bits_from_files_and_keeps_directories_usable() {
        assert_eq!(listing_mode(EntryKind::File, 0o777), 0o555);
        assert_eq!(listing_mode(EntryKind::File, 0o640), 0o440);
        assert_eq!(listing_mode(EntryKind::Directory, 0), 0o700);
        assert_eq!(listing_mode(EntryKind::Directory, 0o777), 0o755);
        assert_eq!(listing_mode(EntryKind::Symlink, 0), 0o777);
    }

    #[test]
    fn s6_3_sorts_by_the_bytes_of_paths() {
        let listing = build_listing(&[file("a/b"), file("a-b"), directory("a"), file("é"), file("z")]);
        let paths: Vec<String> = parse_listing(&listing).unwrap().into_iter().map(|entry| entry.path).collect();
        assert_eq!(paths, ["a", "a-b", "a/b", "z", "é"]);
        assert!(listing.starts_with(b"d 0755 0 - a\0f 0555 0 e3b0c442"));
        assert_eq!(parse_listing(b"").unwrap(), []);
    }

    #[test]
    fn s6_3_refuses_every_other_form() {
        let hash = hex(&sha256(b""));
        for row in [
            "d 0755 0 - a".to_string(),
            "\0".to_string(),
            "d 0755 1 - a\0".to_string(),
            format!("d 0755 0 {hash} a\0"),
            "f 0555 0 - a\0".to_string(),
            format!("f 555 0 {hash} a\0"),
            format!("f 0855 0 {hash} a\0"),
            format!("f 0555 00 {hash} a\0"),
            format!("f 0555 +1 {hash} a\0"),
            format!("f 0555  {hash} a\0"),
            format!("f 0555 9007199254740992 {hash} a\0"),
            format!("f 0555 0 {} a\0", hash.to_uppercase()),
            format!("f 0555 0 {hash} \0"),
            format!("x 0555 0 {hash} a\0"),
            format!("f 0555 0 {hash} b\0f 0555 0 {hash} a\0"),
            format!("f 0555 0 {hash} a\0f 0555 0 {hash} a\0"),
        ] {
            assert_eq!(parse_listing(row.as_bytes()).unwrap_err().code(), Code::ListingEntry, "{row:?}");
        }
        assert_eq!(parse_listing(b"d 0755 0 - \xff\0").unwrap_err().code(), Code::ListingEntry);
    }

    proptest! {
        #[test]
        fn s6_3_what_is_accepted_builds_to_the_same_bytes(paths in proptest::collection::btree_set("[a-c /é]{1,6}", 0..8), cut in any::<usize>(), byte in any::<u8>()) {
            let entries: Vec<ListingEntry> = paths.iter().map(|path| if path.len() % 2 == 0 { file(path) } else { directory(path) }).collect();
            let mut bytes = build_listing(&entries);
            prop_assert_eq!(parse_listing(&bytes).unwrap(), entries);
            if !bytes.is_empty() {
                let at = cut % bytes.len();
                bytes[at] = byte;
                if let Ok(changed) = parse_listing(&bytes) {
                    prop_assert_eq!(build_listing(&changed), bytes);
                }
            }
        }
    }
}
