//! Spec §5.6: a command as words.

use super::quoted::quoted;
use crate::error::{Code, Error, Result};
use std::fmt::Display;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    None,
    Single,
    Double,
}

/// Spec §5.6: splits `execution.command` as a POSIX shell splits words, and does nothing else that a shell does. Placeholders are
/// substituted after it, so that a value with spaces stays one argument. `field` is for messages. Errors: METADATA_COMMAND for a quote
/// that is not closed, a backslash at the end, and a command without arguments.
pub fn split_command(command: &str, field: &dyn Display) -> Result<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = Quote::None;
    let mut characters = command.chars().peekable();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Quote::Single, '\'') => quote = Quote::None,
            (Quote::None, '\'') => {
                quote = Quote::Single;
                word.get_or_insert_default();
            }
            (Quote::Double | Quote::None, '"') => {
                quote = if quote == Quote::Double { Quote::None } else { Quote::Double };
                word.get_or_insert_default();
            }
            (Quote::None, '\\') => match characters.next() {
                Some(literal) => word.get_or_insert_default().push(literal),
                None => return Err(command_error(command, field, "ends with a backslash")),
            },
            (Quote::Double, '\\') => {
                let escaped = characters.next_if(|next| matches!(next, '"' | '\\' | '$' | '`'));
                word.get_or_insert_default().push(escaped.unwrap_or('\\'));
            }
            (Quote::None, ' ' | '\t' | '\n') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    match quote {
        Quote::None => {}
        Quote::Single => return Err(command_error(command, field, "has a single quote that is not closed")),
        Quote::Double => return Err(command_error(command, field, "has a double quote that is not closed")),
    }
    words.extend(word);
    if words.is_empty() {
        return Err(command_error(command, field, "holds no argument"));
    }
    Ok(words)
}

#[cold]
fn command_error(command: &str, field: &dyn Display, fault: &str) -> Error {
    let message = format!("metadata: {field} {} {fault}, expected arguments (spec §5.6)", quoted(command));
    Error::new(Code::MetadataCommand, message)
        .with("field", field.to_string())
        .with("got", command)
        .with("want", "arguments")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(command: &str) -> Vec<String> {
        split_command(command, &"command").unwrap()
    }

    #[test]
    fn s5_6_splits_as_a_shell_does_and_nothing_more() {
        assert_eq!(split(" a\t'b c'\n\"d e\"f "), ["a", "b c", "d ef"]);
        assert_eq!(split(r#"a\ b "\"\\\$\`\a" '\a' \""#), ["a b", "\"\\$`\\a", "\\a", "\""]);
        assert_eq!(split("a '' \"\" $HOME *|;&>x #y"), ["a", "", "", "$HOME", "*|;&>x", "#y"]);
        assert_eq!(split("a\rb"), ["a\rb"]);
    }

    #[test]
    fn s5_6_refuses_what_has_no_end() {
        for command in ["", " \n", "'a", "\"a", "a\\", "\"a\\\"", "\"\\"] {
            assert_eq!(split_command(command, &"command").unwrap_err().code(), Code::MetadataCommand, "{command}");
        }
    }

    proptest! {
        #[test]
        fn s5_6_words_in_single_quotes_come_back(words in proptest::collection::vec(any::<String>(), 1..5)) {
            let quoted: Vec<String> = words.iter().map(|word| format!("'{}'", word.replace('\'', r"'\''"))).collect();
            prop_assert_eq!(split(&quoted.join(" ")), words);
        }
    }
}
