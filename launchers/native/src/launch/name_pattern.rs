//! Spec §7.2: patterns for names of variables and files.

enum Token {
    /// `*`
    Anything,
    /// `?`
    One,
    Letter(u32),
    Set {
        ranges: Vec<(u32, u32)>,
        is_inverted: bool,
    },
}

/// Spec §7.2: whether a name matches a pattern of `*` (anything, also nothing), `?` (one character), `[abc]`, `[a-z]`, `[!abc]` (one of
/// a set, or none of it) and characters that stand for themselves. A `[` that nothing closes is a character. No pattern takes longer
/// than the product of both lengths.
pub fn matches_pattern(name: &[u8], pattern: &str) -> bool {
    let (letters, tokens) = (letters_of(name), parse_pattern(pattern));
    let (mut letter, mut token) = (0, 0);
    // Where to go back to: behind the last star, and the first letter that it does not take yet.
    let mut star: Option<(usize, usize)> = None;
    while let Some(&current) = letters.get(letter) {
        match (tokens.get(token), star) {
            (Some(Token::Anything), _) => {
                token += 1;
                star = Some((token, letter));
            }
            (Some(other), _) if other.takes(current) => {
                token += 1;
                letter += 1;
            }
            (_, Some((behind, first))) => {
                star = Some((behind, first + 1));
                token = behind;
                letter = first + 1;
            }
            _ => return false,
        }
    }
    tokens.get(token..).unwrap_or_default().iter().all(|rest| matches!(rest, Token::Anything))
}

impl Token {
    fn takes(&self, letter: u32) -> bool {
        match self {
            Token::Anything => false,
            Token::One => true,
            Token::Letter(own) => *own == letter,
            Token::Set { ranges, is_inverted } => {
                ranges.iter().any(|(low, high)| *low <= letter && letter <= *high) != *is_inverted
            }
        }
    }
}

/// Code points; a byte that is no UTF-8 is a letter of its own behind all of them.
fn letters_of(name: &[u8]) -> Vec<u32> {
    let mut letters = Vec::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        letters.extend(chunk.valid().chars().map(u32::from));
        letters.extend(chunk.invalid().iter().map(|byte| 0x11_0000 + u32::from(*byte)));
    }
    letters
}

fn parse_pattern(pattern: &str) -> Vec<Token> {
    let letters: Vec<char> = pattern.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let is_inverted = matches!(letters.get(at + 1), Some('!' | '^'));
        let begin = if is_inverted { at + 2 } else { at + 1 };
        // A set may hold `]` as its first member.
        let rest = letters.get(begin + 1..).unwrap_or_default();
        let end = rest.iter().position(|other| *other == ']').map(|position| begin + 1 + position);
        match (letter, end) {
            ('*', _) => tokens.push(Token::Anything),
            ('?', _) => tokens.push(Token::One),
            ('[', Some(end)) => {
                let ranges = ranges_of(letters.get(begin..end).unwrap_or_default());
                tokens.push(Token::Set { ranges, is_inverted });
                at = end;
            }
            _ => tokens.push(Token::Letter(letter.into())),
        }
        at += 1;
    }
    tokens
}

fn ranges_of(members: &[char]) -> Vec<(u32, u32)> {
    let mut ranges = Vec::new();
    let mut rest = members;
    loop {
        match rest {
            [low, '-', high, behind @ ..] => {
                ranges.push((u32::from(*low), u32::from(*high)));
                rest = behind;
            }
            [one, behind @ ..] => {
                ranges.push((u32::from(*one), u32::from(*one)));
                rest = behind;
            }
            [] => return ranges,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_sets_and_what_nothing_closes() {
        let cases = [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abbd", false),
            ("?", "é", true),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[]]", "]", true),
            ("[^]]", "]", false),
            ("[a-]", "-", true),
            ("[a", "[a", true),
            ("", "a", false),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(matches_pattern(name.as_bytes(), pattern), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn a_byte_that_is_no_utf8_is_one_letter_and_no_other_one() {
        assert!(matches_pattern(b"a\xffb", "a?b"));
        assert!(!matches_pattern(b"\xff", "\u{ff}"));
        assert!(matches_pattern(b"\xff\xfe", "*"));
    }

    #[test]
    fn many_stars_take_no_longer_than_the_product() {
        let name = "a".repeat(20_000);
        assert!(!matches_pattern(name.as_bytes(), &("*a".repeat(500) + "b")));
    }
}
