//! trust §2.4: names of packages, and the patterns that they match.

const MAX_FILE_NAME: usize = 200;

/// trust §2.4: control characters and blanks, and what means something in a line.
fn is_escaped(byte: u8) -> bool {
    byte <= 0x20 || matches!(byte, b'%' | b'*' | b',' | 0x7f)
}

/// trust §2.4: the name as patterns are compared with it.
pub fn escape_name(name: &str) -> String {
    let mut escaped = String::with_capacity(name.len());
    for character in name.chars() {
        match u8::try_from(character) {
            Ok(byte) if is_escaped(byte) => {
                let digit = |value: u8| char::from(if value < 10 { b'0' + value } else { b'A' + (value - 10) });
                escaped.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
            _ => escaped.push(character),
        }
    }
    escaped
}

/// trust §2.4: whether each pattern of a line can match a name.
pub fn are_patterns(names: &str) -> bool {
    names.split(',').all(is_pattern)
}

fn is_pattern(pattern: &str) -> bool {
    let body = pattern.strip_suffix('*').unwrap_or(pattern).as_bytes();
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    };
    let mut rest = body;
    while let [first, behind @ ..] = rest {
        rest = match (first, behind) {
            (b'%', [high, low, more @ ..]) => match (value(*high), value(*low)) {
                (Some(high), Some(low)) if is_escaped(high << 4 | low) => more,
                _ => return false,
            },
            (byte, more) if !is_escaped(*byte) => more,
            _ => return false,
        };
    }
    !pattern.is_empty()
}

/// trust §2.4: whether one of the patterns is for packages of this escaped name.
pub fn matches_names(names: &str, escaped: &str) -> bool {
    names.split(',').any(|pattern| match pattern.strip_suffix('*') {
        Some(beginning) => escaped.starts_with(beginning),
        None => escaped == pattern,
    })
}

/// trust §2.2: the file of a keyring that is read for packages of this name, beside `all.keys`.
pub fn keys_file_of(name: &str) -> String {
    let is_plain = |character: &char| character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-');
    let plain = name.chars().take(MAX_FILE_NAME).map(|character| if is_plain(&character) { character } else { '_' });
    ["for-", &plain.collect::<String>(), ".keys"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn s2_4_the_escaped_name_is_a_pattern_for_that_name_alone(name in "\\PC{1,8}|[ -~\\x00-\\x20]{1,8}", other in "[ -~]{1,4}") {
            let escaped = escape_name(&name);
            prop_assert!(are_patterns(&escaped), "{escaped}");
            prop_assert!(matches_names(&escaped, &escaped));
            prop_assert_eq!(matches_names(&escaped, &escape_name(&other)), name == other);
            let longer = escape_name(&[name, other].concat());
            prop_assert!(matches_names(&[escaped, "*".to_string()].concat(), &longer));
        }
    }

    #[test]
    fn s2_2_files_lead_nowhere_else() {
        assert_eq!(keys_file_of("../a/é"), "for-.._a__.keys");
        assert_eq!(keys_file_of(&"x".repeat(300)).len(), 209);
    }
}
