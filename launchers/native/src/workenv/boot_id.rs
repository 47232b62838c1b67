//! workenv §5.2: what tells one boot from the next.

use crate::format::platform::Os;

const MAX_LENGTH: usize = 64;

/// `None` where it is not known, as in a chroot without /proc.
pub fn boot_id(system: Os) -> Option<String> {
    if system != Os::Linux {
        return None;
    }
    let mut buffer = [0; MAX_LENGTH + 2];
    let text = read_into("/proc/sys/kernel/random/boot_id", &mut buffer)?;
    parse_boot_id(text)
}

/// One read is all that such a file takes.
fn read_into<'a>(path: &str, buffer: &'a mut [u8]) -> Option<&'a [u8]> {
    let length = std::io::Read::read(&mut std::fs::File::open(path).ok()?, buffer).ok()?;
    buffer.get(..length)
}

/// workenv §5.2, and the content of a `checked`.
pub fn parse_boot_id(text: &[u8]) -> Option<String> {
    let id = text.trim_ascii();
    let is_plain = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-');
    if id.is_empty() || id.len() > MAX_LENGTH || id.first() == Some(&b'-') || !id.iter().all(is_plain) {
        return None;
    }
    String::from_utf8(id.to_vec()).ok()
}

/// workenv §2: the content of a `checked` that is written now.
pub fn checked_text(system: Os) -> String {
    let mut text = boot_id(system).unwrap_or_else(|| "-".to_string());
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s5_2_takes_an_id_without_white_space_and_nothing_else() {
        let id = "9c36f756-f185-4647-a708-b2f4dce5e996";
        assert_eq!(parse_boot_id(format!(" {id}\n").as_bytes()).as_deref(), Some(id));
        for text in ["", "\n", "-", "-a", "A", "g", "a b", &"a".repeat(65)] {
            assert_eq!(parse_boot_id(text.as_bytes()), None, "{text}");
        }
        assert_eq!(parse_boot_id("a".repeat(64).as_bytes()), Some("a".repeat(64)));
        assert_eq!(boot_id(Os::Darwin), None);
    }
}
