//! How messages show texts of a file: in quotes, so that where they end is seen and no terminal takes orders from them.

/// `text` in double quotes, with quotes, backslashes and control characters escaped as JSON does.
pub fn quoted(text: &str) -> String {
    let mut shown = String::with_capacity(text.len() + 2);
    shown.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => shown.extend(['\\', character]),
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            control if control.is_ascii_control() || ('\u{80}'..='\u{9f}').contains(&control) => {
                shown.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            other => shown.push(other),
        }
    }
    shown.push('"');
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_where_a_text_ends_and_gives_a_terminal_nothing_to_obey() {
        assert_eq!(quoted("a b"), "\"a b\"");
        assert_eq!(quoted("a\"\\\n\u{1b}[2J\u{7f}\u{9b}é"), r#""a\"\\\n\u001b[2J\u007f\u009bé""#);
    }
}
