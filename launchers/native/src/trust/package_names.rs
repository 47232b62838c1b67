//! trust §2.4: names of packages, and the patterns that they match.

const MAX_FILE_NAME: usize = 200;

/// trust §2.4: control characters and blanks, and what means something in a line.
fn is_escaped(byte: u8) -> bool {
    byte <= 0x20 || matches!(byte, b'%' | b'*' | b',' | 0x7f)
}

/// trust §2.4: the name as patterns are compared with it.
pub fn escape_name(name: &str) -> Vec<u8> {
    let mut escaped = Vec::with_capacity(name.len());
    for byte in name.bytes() {
        if is_escaped(byte) {
            let digit = |value: u8| if value < 10 { b'0' + value } else { b'A' + (value - 10) };
            escaped.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
        } else {
            escaped.push(byte);
        }
    }
    escaped
}

/// trust §2.4: whether each pattern of a line can match a name.
pub fn are_patterns(names: &[u8]) -> bool {
    names.split(|byte| *byte == b',').all(is_pattern)
}

fn is_pattern(pattern: &[u8]) -> bool {
    let mut rest = pattern.strip_suffix(b"*").unwrap_or(pattern);
    while let [first, behind @ ..] = rest {
        rest = match (first, behind) {
            (b'%', [high, low, more @ ..]) if is_escaped(value_of(*high) << 4 | value_of(*low)) => more,
            (byte, more) if !is_escaped(*byte) => more,
            _ => return false,
        };
    }
    !pattern.is_empty()
}

/// Of a capital hex digit; of any other byte one that no escape has.
fn value_of(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'A'..=b'F' => digit - b'A' + 10,
        _ => 0xff,
    }
}

/// trust §2.4: whether one of the patterns is for packages of this escaped name.
pub fn matches_names(names: &[u8], escaped: &[u8]) -> bool {
    names.split(|byte| *byte == b',').any(|pattern| match pattern.strip_suffix(b"*") {
        Some(beginning) => escaped.starts_with(beginning),
        None => escaped == pattern,
    })
}

/// trust §2.2: the file of a keyring that is read for packages of this name, beside `all.keys`.
pub fn keys_file_of(name: &str) -> String {
    let mut file = String::from("for-");
    for character in name.chars().take(MAX_FILE_NAME) {
        let is_plain = character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
        file.push(if is_plain { character } else { '_' });
    }
    file.push_str(".keys");
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn s2_4_the_escaped_name_is_a_pattern_for_that_name_alone(name in "\\PC{1,8}|[ -~\\x00-\\x20]{1,8}", other in "[ -~]{1,4}") {
            let escaped = escape_name(&name);
            prop_assert!(are_patterns(&escaped), "{:?}", escaped);
            prop_assert!(matches_names(&escaped, &escaped));
            prop_assert_eq!(matches_names(&escaped, &escape_name(&other)), name == other);
            let longer = escape_name(&[name, other].concat());
            prop_assert!(matches_names(&[escaped, b"*".to_vec()].concat(), &longer));
        }
    }

    #[test]
    fn s2_2_files_lead_nowhere_else() {
        assert_eq!(keys_file_of("../a/é"), "for-.._a__.keys");
        assert_eq!(keys_file_of(&"x".repeat(300)).len(), 209);
    }
}
