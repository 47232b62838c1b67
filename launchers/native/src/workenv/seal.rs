//! workenv §5.1: says that an attempt is whole.

use super::key::attempt_number;
use crate::crypto::hex::{hash_of_hex, hex};
use crate::crypto::sha256::sha256;

/// Room for the lines of 1024 slots.
pub const MAX_SEAL_BYTES: u64 = 131_072;

const FIRST_LINE: &str = "flavor-workenv 1";

/// Size and time of a file, by which a change is seen without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileStamp {
    pub size: u64,
    /// Nanoseconds since 1970.
    pub mtime: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedSlot {
    pub index: usize,
    /// Hex hash of its listing.
    pub tree: String,
    /// Of a shared slot: the mtime of its listing tells one copy of it from the next.
    pub shared: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    pub content: String,
    pub attempt: u32,
    /// Hex SHA-256 of the path of `root`; `None` for a package that is not bound to its place.
    pub place: Option<String>,
    pub boot: Option<String>,
    pub executable: Option<FileStamp>,
    /// Hex SHA-256 of `listing/setup`.
    pub setup: Option<String>,
    /// Sorted by index.
    pub slots: Vec<SealedSlot>,
}

/// The bytes of a seal.
pub fn format_seal(seal: &Seal) -> String {
    let or_dash = |text: &Option<String>| text.as_deref().unwrap_or("-").to_string();
    let executable = seal.executable.map_or_else(|| "-".to_string(), |stamp| format!("{} {}", stamp.size, stamp.mtime));
    let mut text = [
        FIRST_LINE.to_string(),
        format!("content {}", seal.content),
        format!("attempt {}", seal.attempt),
        format!("place {}", or_dash(&seal.place)),
        format!("boot {}", or_dash(&seal.boot)),
        format!("executable {executable}"),
        format!("setup {}\n", or_dash(&seal.setup)),
    ]
    .join("\n");
    for SealedSlot { index, tree, shared } in &seal.slots {
        text.push_str(&match shared {
            None => format!("own {index} {tree}\n"),
            Some(mtime) => format!("share {index} {tree} {mtime}\n"),
        });
    }
    let sum = hex(&sha256(text.as_bytes()));
    text.push_str(&format!("sum {sum}\n"));
    text
}

/// `None` for anything that `format_seal` would not have written, such as what a power failure left of a seal.
pub fn parse_seal(bytes: &[u8]) -> Option<Seal> {
    if bytes.len() as u64 > MAX_SEAL_BYTES {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let (signed, sum) = text.strip_suffix('\n')?.rsplit_once('\n')?;
    let sum = hash_of_hex(sum.strip_prefix("sum ")?)?;
    if sha256(bytes.get(..signed.len().checked_add(1)?)?) != sum {
        return None;
    }
    let mut lines = signed.split('\n');
    let mut field = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
    if field("flavor-workenv")? != "1" {
        return None;
    }
    let mut seal = Seal {
        content: hash_text(field("content")?)?,
        attempt: attempt_number(field("attempt")?)?,
        place: optional(field("place")?, hash_text)?,
        boot: optional(field("boot")?, boot_text)?,
        executable: optional(field("executable")?, stamp)?,
        setup: optional(field("setup")?, hash_text)?,
        slots: Vec::new(),
    };
    for line in lines {
        let slot = sealed_slot(line)?;
        if seal.slots.last().is_some_and(|last| last.index >= slot.index) {
            return None;
        }
        seal.slots.push(slot);
    }
    Some(seal)
}

/// `None` outside for a text that is neither `-` nor what `read` takes.
fn optional<T>(text: &str, read: fn(&str) -> Option<T>) -> Option<Option<T>> {
    if text == "-" { Some(None) } else { read(text).map(Some) }
}

fn hash_text(text: &str) -> Option<String> {
    hash_of_hex(text).map(|_| text.to_string())
}

fn boot_text(text: &str) -> Option<String> {
    super::boot_id::parse_boot_id(text.as_bytes()).filter(|id| id == text)
}

fn stamp(text: &str) -> Option<FileStamp> {
    let (size, mtime) = text.split_once(' ')?;
    Some(FileStamp { size: number(size, 19)?, mtime: number(mtime, 19)? })
}

fn sealed_slot(line: &str) -> Option<SealedSlot> {
    let mut fields = line.split(' ');
    let kind = fields.next()?;
    let index = usize::try_from(number(fields.next()?, 4)?).ok()?;
    let tree = hash_text(fields.next()?)?;
    let shared = match kind {
        "own" => None,
        "share" => Some(number(fields.next()?, 19)?),
        _ => return None,
    };
    fields.next().is_none().then_some(SealedSlot { index, tree, shared })
}

/// At most so many digits, without sign or leading zeros.
fn number(text: &str, digits: usize) -> Option<u64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if is_plain && text.len() <= digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn s5_1_what_is_accepted_formats_to_the_same_bytes(
            attempt in 1u32..1000, boot in any::<bool>(), slots in 0usize..4, at in any::<usize>(), byte in any::<u8>()
        ) {
            let tree = "ab".repeat(32);
            let slots = (0..slots).map(|index| SealedSlot { index, tree: tree.clone(), shared: (index % 2 == 1).then_some(7) });
            let seal = Seal {
                content: tree.clone(), attempt, place: None, boot: boot.then(|| "1-2".to_string()),
                executable: Some(FileStamp { size: 0, mtime: u64::from(attempt) }), setup: Some(tree.clone()), slots: slots.collect(),
            };
            let mut text = format_seal(&seal).into_bytes();
            prop_assert_eq!(parse_seal(&text), Some(seal));
            let at = at % text.len();
            text[at] = byte;
            if let Some(seal) = parse_seal(&text) {
                prop_assert_eq!(format_seal(&seal).into_bytes(), text);
            }
        }
    }
}
